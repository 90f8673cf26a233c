#pragma once
/// Counts finished texts from several threads and tells the caller's sink a few times a second.

#include <chrono>
#include <cstddef>
#include <mutex>

#include "vicinal/progress.h"

namespace vicinal::embed {

/// Thread-safe. The sink is called by one thread at a time.
class ProgressMeter {
 public:
  ProgressMeter(const Watch& watch, size_t total);

  /// `texts` more are done; reports unless the last report is younger than kInterval.
  void add(size_t texts);
  /// The report at the end.
  void finish();
  size_t done() const;

  static constexpr std::chrono::milliseconds kInterval{200};

 private:
  using Clock = std::chrono::steady_clock;
  void report(Clock::time_point now);

  const Watch& watch_;
  const size_t total_;
  const Clock::time_point start_ = Clock::now();
  mutable std::mutex mutex_;
  size_t done_ = 0;                  ///< guarded by mutex_
  Clock::time_point last_ = start_;  ///< guarded by mutex_
};

}  // namespace vicinal::embed
