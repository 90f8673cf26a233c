#pragma once
/// What the program keeps in the user's cache directory ($VICINAL_CACHE, else $XDG_CACHE_HOME/vicinal,
/// else ~/.cache/vicinal). Everything there can be deleted at any time; it only costs time to make again.

#include <cstddef>
#include <string>
#include <vector>

#include "vicinal/result.h"

namespace vicinal {
inline namespace v0 {

struct CacheEntry {
  std::string kind;  ///< "collection", "model digest", "packed weights"
  std::string path;
  std::string
      detail;  ///< collection: the paths it mirrors; packed weights: "digest's first 16 digits, level, precision"
  size_t bytes = 0;
};

std::string cache_directory();
Result<std::vector<CacheEntry>> list_cache();
/// Deletes everything; returns the bytes that were freed.
Result<size_t> clear_cache();

}  // namespace v0
}  // namespace vicinal
