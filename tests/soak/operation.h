#pragma once
/// Random operations on a collection that follow from a seed and a number: two processes know of each what it does.

#include <cstdint>
#include <string>
#include <vector>

#include "index/metric.h"
#include "index/words_for_tests.h"

namespace vicinal::soak {

inline constexpr size_t kDimensions = 64;  ///< the least that a segment has codes for
inline constexpr uint64_t kIds = 150;
inline constexpr uint64_t kFreshPassages = 16;  ///< few, so that there are files of postings, and merges of them
inline constexpr size_t kNoLimit = 1000;        ///< more than there is

struct Operation {
  enum class Kind {
    upsert,
    remove,
    update,  ///< of metadata
    search,
    filtered_search,
    word_search,
    filtered_word_search,
    count,
    list,
    get,
    look,
    reopen,
    maintain,
    compact,
    backup,
    restore,
    migrate
  };
  Kind kind = Kind::upsert;
  std::vector<index::TestDocument> documents;  ///< of an upsert
  std::vector<std::string> ids;                ///< of a removal, an update or a get; of a list, where it begins
  uint64_t number = 0;                         ///< of an update: what the metadata says
  std::vector<float> query;
  std::vector<index::PlainClause> words;
  size_t limit = 0;  ///< of hits, of ids in a list, of documents that a migration carries over
  Metric metric = Metric::cosine;
  bool best_per_document = false;
  uint64_t least_version = 0;  ///< the filter is "version >= this": documents of odd versions have that field

  bool filters() const { return kind == Kind::filtered_search || kind == Kind::filtered_word_search; }
  /// Of a migration: the new collection takes the old one's place. Else it goes on another time.
  bool switches() const { return kind == Kind::migrate && limit == kNoLimit; }
};

Operation operation(uint64_t seed, uint64_t number);
std::string to_string(Operation::Kind kind);

/// The filter of the operation, as a person writes it.
std::string filter_of(const Operation& operation);

}  // namespace vicinal::soak
