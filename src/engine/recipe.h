#pragma once
/// How a collection's inputs become passages, and what it mirrors: the part of a collection that may change.

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/digest.h"
#include "base/file.h"
#include "engine/row_fields.h"
#include "vicinal/chunker.h"

namespace vicinal::engine {

/// Version of the embedded string's form (title, space, slice): raised when the same document would be embedded
/// otherwise.
inline constexpr int kPassageVersion = 2;

struct Recipe {
  ChunkSpec chunk;
  RowFields fields;                          ///< where rows have their texts
  std::map<std::string, std::string> roots;  ///< mirrored path (canonical, absolute) → prefix of its documents' ids
  bool language_noted = false;               ///< the warning about the texts' language was given

  /// `json`: as `to_json` wrote it, of this or an earlier version; `chunking`: the collection's stored chunk spec.
  static Result<Recipe> parse(std::string_view json, std::string_view chunking);
  std::string to_json() const;

  /// All that decides how bytes become passages: equal rules and equal content give equal passages.
  std::string rules() const;
  /// Of what was read, with the rules.
  base::Hash128 content_hash(std::string_view title, std::string_view text, std::string_view metadata,
                             std::span<const NamedText> fields = {}) const;
  /// A file's stamp with the rules mixed in: it also differs when the rules do, and then the file is read again.
  base::FileStamp stamped(const base::FileStamp& stamp) const;
};

}  // namespace vicinal::engine
