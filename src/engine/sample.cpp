#include "engine/sample.h"

#include <algorithm>
#include <limits>
#include <random>

#include "engine/collection_impl.h"

namespace vicinal::engine {
namespace {

constexpr size_t kSamplePage = 1000;

/// Below `bound`, each number as likely: what std::uniform_int_distribution draws differs between libraries.
uint64_t draw_below(std::mt19937_64& random, uint64_t bound) {
  const uint64_t reach = std::numeric_limits<uint64_t>::max() / bound * bound;
  uint64_t number = random();
  while (number >= reach) number = random();
  return number % bound;
}

}  // namespace

Result<std::vector<std::string>> sample_ids(index::Store& store, const filter::Condition& where, size_t count,
                                            uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::string> drawn;
  uint64_t seen = 0;
  for (std::string after;;) {
    VICINAL_TRY(std::vector<std::string> page, store.list(after, kSamplePage, where));
    if (!page.empty()) after = page.back();
    const bool last = page.size() < kSamplePage;
    for (std::string& id : page) {
      ++seen;
      if (drawn.size() < count) {
        drawn.push_back(std::move(id));
      } else if (const uint64_t place = draw_below(random, seen); place < count) {
        drawn[place] = std::move(id);
      }
    }
    if (last) break;
  }
  std::ranges::sort(drawn);
  return drawn;
}

}  // namespace vicinal::engine

namespace vicinal {
inline namespace v0 {

Result<std::vector<std::string>> Collection::sample(size_t count, uint64_t seed, std::string_view where) {
  VICINAL_TRY(const filter::Condition condition, filter::parse_filter(where));
  VICINAL_TRY_VOID(impl_->reader->refresh());
  return engine::sample_ids(*impl_->reader, condition, count, seed);
}

}  // namespace v0
}  // namespace vicinal
