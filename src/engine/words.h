#pragma once
/// The words of a collection: settings that were asked for, and the glossary as part of the space.

#include <string>

#include "index/store.h"
#include "vicinal/collection.h"

namespace vicinal::engine {

/// `stored` with what the options ask for, checked and in one form. not_found, io: the glossary's file.
/// invalid_argument: what cannot be read, and how it is written.
Result<index::WordSettings> word_settings(const WordOptions& options, index::WordSettings stored);

/// space_mismatch: two glossaries that do not say the same.
Result<> check_glossary(const index::StoreIdentity& stored, const std::string& glossary);

/// Digest of what the rules say; empty for no glossary. REQUIRES: a glossary that can be read.
std::string glossary_digest(const std::string& glossary);
/// The space of texts that a glossary adds to: that of the model itself where there is none.
std::string glossed_space(const std::string& space, const std::string& glossary);
/// The same of its description: with a member "glossary", the digest.
std::string glossed_space_json(const std::string& space_json, const std::string& glossary);

/// Gives the collection other settings, if they are; says so where all words will be indexed anew.
Result<> apply_words(index::Store& store, const WordOptions& options, const Watch& watch);

}  // namespace vicinal::engine
