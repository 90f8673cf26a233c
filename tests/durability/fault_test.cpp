// Calls that fail, one at a time, at every place of a workload: a clear error or none, a store that goes on, nothing
// lost.

#include <gtest/gtest.h>

#include <cstdlib>

#include "durability/replay.h"

namespace vicinal::durability {
namespace {

constexpr size_t kOperations = 16;
constexpr size_t kCallsLookedAt = 30;

/// VICINAL_FAULT_STRIDE=1: every call, by hand; takes minutes.
size_t stride() {
  const char* asked = std::getenv("VICINAL_FAULT_STRIDE");
  return asked == nullptr ? 23 : std::max<size_t>(1, std::strtoull(asked, nullptr, 10));
}

size_t calls_of(uint64_t seed) {
  const index::StoreFolder folder;
  Recorder recorder;
  const Watching watching(folder.path(), recorder);
  Workload workload(folder.path(), recorder, seed);
  EXPECT_EQ(workload.live(kOperations), "");
  return recorder.calls();
}

/// The workload with one fault; then the folder as it is, and as it were after a kill or a power loss soon after.
std::string run_with(const Fault& fault, uint64_t seed, std::string& refused, size_t& images) {
  const index::StoreFolder folder;
  Recorder recorder;
  {
    const Watching watching(folder.path(), recorder);
    recorder.arm(fault);
    Workload workload(folder.path(), recorder, seed);
    if (auto wrong = workload.live(kOperations); !wrong.empty()) return refused = recorder.refused(), wrong;
  }
  refused = recorder.refused();
  std::mt19937_64 random(seed);
  const size_t hit = recorder.hit_event().value_or(0);
  Replay replay(folder.path(), recorder, fault.at);
  const std::string lost = replay.run({hit, hit + kCallsLookedAt, 2});
  images += replay.images();
  if (!lost.empty()) return lost;
  return check_folder(folder.path(), recorder.expected(), random);
}

void refuse_calls(int error, Fault::Kind kind, size_t phase) {
  size_t tried = 0, images = 0;
  for (uint64_t seed : {12U, 20U}) {  // with damaged postings, upgrades and restores among what they do
    const size_t calls = calls_of(seed);
    for (size_t at = phase; at < calls; at += stride(), ++tried) {
      std::string refused;
      const std::string wrong = run_with({at, error, kind}, seed, refused, images);
      ASSERT_EQ(wrong, "") << "seed " << seed << ", call " << at << ": " << refused;
    }
  }
  std::printf("%zu calls refused, %zu images of power losses soon after\n", tried, images);
}

TEST(Faults, ACallThatFailsOnceLosesNothingAndTheStoreGoesOn) { refuse_calls(EIO, Fault::Kind::once, 0); }
TEST(Faults, ADiskThatIsFullOnceLosesNothingAndTheStoreGoesOn) {
  refuse_calls(ENOSPC, Fault::Kind::once, 7 % stride());
}
TEST(Faults, AWriteThatIsCutShortLosesNothingAndTheStoreGoesOn) {
  refuse_calls(ENOSPC, Fault::Kind::short_write, 13 % stride());
}

}  // namespace
}  // namespace vicinal::durability
