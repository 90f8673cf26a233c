// The machine stops: at every sync of a workload, and at random calls between, what a disk may hold then is opened.

#include <gtest/gtest.h>

#include <cstdlib>

#include "durability/workload.h"

namespace vicinal::durability {
namespace {

using Loss = RecordedDisk::Loss;

/// Several processes one after another, most of them killed at some call.
std::string record(const std::string& root, Recorder& recorder, uint64_t seed, size_t processes) {
  std::mt19937_64 random(seed);
  const Watching watching(root, recorder);
  Workload workload(root, recorder, seed);
  for (size_t i = 0; i < processes; ++i) {
    if (random() % 4 != 0) recorder.arm({recorder.calls() + random() % 400, EIO, Fault::Kind::for_good});
    const std::string wrong = workload.live(2 + random() % 14);
    recorder.disarm();
    if (!wrong.empty()) return wrong;
  }
  return {};
}

bool is_sync(const Recorder::Event& event) {
  return !event.call || event.call->call.kind == FileCall::Kind::sync ||
         event.call->call.kind == FileCall::Kind::sync_folder;
}

std::string described(const Recorder::Event& event) {
  if (!event.call) return "the promise changes";
  const FileCall& call = event.call->call;
  std::string line = std::string(name_of(call.kind)) + (event.call->failed_sync ? " (failed) " : " ") + call.path;
  if (call.kind == FileCall::Kind::write)
    line += " " + std::to_string(call.offset) + "+" + std::to_string(event.call->bytes.size());
  return line + (call.to.empty() ? "" : " to " + call.to);
}

class Replay {
 public:
  Replay(const std::string& root, const Recorder& recorder, uint64_t seed)
      : recorder_(&recorder), disk_(root), random_(seed) {}

  /// Cuts at every sync `images` times, and at one call of four between. Returns what is not as promised.
  std::string run(size_t images) {
    const auto& events = recorder_->events();
    for (size_t i = 0; i <= events.size(); ++i) {
      const bool last = i == events.size();
      const bool chosen = last || is_sync(events[i]) || random_() % 4 == 0;
      const Expectation& expectation = last ? recorder_->expected() : recorder_->expectation(events[i]);
      for (size_t image = 0; chosen && image < images; ++image)
        if (auto wrong = cut(expectation, image); !wrong.empty()) return calls_before(i) + "cut: " + wrong;
      if (!last && events[i].call) disk_.apply(*events[i].call);
    }
    return {};
  }
  size_t images() const { return images_; }

 private:
  std::string calls_before(size_t i) const {
    std::string lines;
    for (size_t at = i > kShown ? i - kShown : 0; at < i; ++at)
      lines += std::to_string(at) + ": " + described(recorder_->events()[at]) + "\n";
    return lines;
  }
  std::string cut(const Expectation& expectation, size_t image) {
    static constexpr Loss kLosses[] = {Loss::any, Loss::everything, Loss::latest, Loss::nothing};
    const index::StoreFolder folder;
    const std::string root = folder.path() + "/image";
    const Loss loss = kLosses[image % 4];
    disk_.write_image(root, loss, random_);
    ++images_;
    const std::string wrong = check_folder(root, expectation, random_);
    return wrong.empty() ? wrong : "loss " + std::to_string(static_cast<int>(loss)) + ": " + wrong;
  }

  static constexpr size_t kShown = 60;
  const Recorder* recorder_;
  RecordedDisk disk_;
  std::mt19937_64 random_;
  size_t images_ = 0;
};

/// VICINAL_POWER_LOSS_SEEDS=FIRST-LAST: by hand, for as long as one likes.
std::pair<uint64_t, uint64_t> seeds() {
  const char* asked = std::getenv("VICINAL_POWER_LOSS_SEEDS");
  if (asked == nullptr) return {1, 4};
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
    EXPECT_EQ(replay.run(4), "") << "seed " << seed;
    images += replay.images();
    calls += recorder.events().size();
    acknowledged += static_cast<size_t>(recorder.expected().backups.size());
  }
  std::printf("%zu images of %zu calls, %zu backups\n", images, calls, acknowledged);
}

}  // namespace
}  // namespace vicinal::durability
