#pragma once
/// Random operations on a collection that follow from a seed and a number: two processes know of each what it does.

#include <cstdint>
#include <string>
#include <vector>

#include "index/metric.h"
#include "index/store_for_tests.h"

namespace vicinal::soak {

inline constexpr size_t kDimensions = 64;  ///< the least that a segment has codes for
inline constexpr uint64_t kIds = 150;

struct Operation {
  enum class Kind {
    upsert,
    remove,
    search,
    filtered_search,
    count,
    list,
    get,
    look,
    reopen,
    maintain,
    compact,
    backup,
    restore
  };
  Kind kind = Kind::upsert;
  std::vector<index::TestDocument> documents;  ///< of an upsert
  std::vector<std::string> ids;                ///< of a removal or a get; of a list, where it begins
  std::vector<float> query;
  size_t limit = 0;
  Metric metric = Metric::cosine;
  bool best_per_document = false;
  uint64_t least_version = 0;  ///< the filter is "version >= this": documents of odd versions have that field
};

Operation operation(uint64_t seed, uint64_t number);
std::string to_string(Operation::Kind kind);

/// The filter of the operation, as a person writes it.
std::string filter_of(const Operation& operation);

}  // namespace vicinal::soak
