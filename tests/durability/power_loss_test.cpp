// The machine stops: at every sync of a workload, and at random calls between, what a disk may hold then is opened.

#include <gtest/gtest.h>

#include <cstdlib>

#include "durability/replay.h"

namespace vicinal::durability {
namespace {

/// Several processes one after another, most of them killed at some call.
std::string record(const std::string& root, Recorder& recorder, uint64_t seed, size_t processes) {
  std::mt19937_64 random(seed);
  const Watching watching(root, recorder);
  Workload workload(root, recorder, seed);
  for (size_t i = 0; i < processes; ++i) {
    if (random() % 4 != 0)
      recorder.arm({recorder.calls() + random() % 400, EIO, Fault::Kind::for_good, random() % 2 == 0});
    const std::string wrong = workload.live(2 + random() % 14);
    recorder.disarm();
    if (!wrong.empty()) return wrong;
  }
  return {};
}

/// VICINAL_POWER_LOSS_SEEDS=FIRST-LAST: by hand, for as long as one likes.
std::pair<uint64_t, uint64_t> seeds() {
  const char* asked = std::getenv("VICINAL_POWER_LOSS_SEEDS");
  if (asked == nullptr) return {9, 10};
  char* end = nullptr;
  const uint64_t first = std::strtoull(asked, &end, 10);
  return {first, *end == '-' ? std::strtoull(end + 1, nullptr, 10) : first};
}

TEST(PowerLoss, AtEverySyncLosesNothingThatWasAcknowledged) {
  size_t images = 0, calls = 0, acknowledged = 0;
  const auto [first, last] = seeds();
  for (uint64_t seed = first; seed <= last; ++seed) {
    const index::StoreFolder folder;
    Recorder recorder;
    ASSERT_EQ(record(folder.path(), recorder, seed, 6), "") << "seed " << seed;
    Replay replay(folder.path(), recorder, seed);
    EXPECT_EQ(replay.run({}), "") << "seed " << seed;
    images += replay.images();
    calls += recorder.events().size();
    acknowledged += static_cast<size_t>(recorder.expected().backups.size());
  }
  std::printf("%zu images of %zu calls, %zu backups\n", images, calls, acknowledged);
}

}  // namespace
}  // namespace vicinal::durability
