#pragma once
/// Stops the machine at recorded calls and opens what its disk may hold then.

#include <random>
#include <string>

#include "durability/workload.h"

namespace vicinal::durability {

class Replay {
 public:
  /// `root`: where the calls were recorded.
  Replay(const std::string& root, const Recorder& recorder, uint64_t seed)
      : recorder_(&recorder), disk_(root), random_(seed) {}

  struct Cuts {
    size_t first = 0, last = static_cast<size_t>(-1);  ///< events to stop before
    size_t images = 4;                                 ///< at each of them: one for each kind of loss, in turn
    bool only_syncs = true;                            ///< and one call of four between
  };
  /// Empty, or the calls before the first cut after which something was not as promised, and what.
  std::string run(const Cuts& cuts);
  size_t images() const { return images_; }

 private:
  std::string calls_before(size_t event) const;
  std::string cut(const Expectation& expectation, size_t image);

  const Recorder* recorder_;
  RecordedDisk disk_;
  std::mt19937_64 random_;
  size_t images_ = 0;
};

}  // namespace vicinal::durability
