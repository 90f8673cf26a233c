#pragma once
/// Progress of a long pass in the caller's words: a few reports a second, and the ear for a stop request.

#include <chrono>
#include <cstdint>
#include <string>

#include "vicinal/progress.h"
#include "vicinal/result.h"

namespace vicinal::index {

/// Keeps a reference to the Watch. Not thread-safe.
class PacedWatch {
 public:
  explicit PacedWatch(const Watch& watch) : watch_(&watch) {}

  void begin(std::string stage, uint64_t total);
  /// interrupted when a stop was requested.
  Result<> at(uint64_t done);
  Result<> add(uint64_t more) { return at(done_ + more); }
  void end();                          ///< the stage's last report
  void note(const std::string& text);  ///< one line for a person
  bool stopped() const { return watch_->stop.stop_requested(); }
  double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;
  void tell(const std::string& note);

  const Watch* watch_;
  Clock::time_point start_ = Clock::now(), last_ = {};
  std::string stage_;
  uint64_t done_ = 0, total_ = 0;
};

}  // namespace vicinal::index
