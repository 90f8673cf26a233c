#include "embed/progress_meter.h"

namespace vicinal::embed {

ProgressMeter::ProgressMeter(const Watch& watch, size_t total) : watch_(watch), total_(total) {}

void ProgressMeter::add(size_t texts) {
  const std::lock_guard lock(mutex_);
  done_ += texts;
  const auto now = Clock::now();
  if (now - last_ >= kInterval) report(now);
}

void ProgressMeter::finish() {
  const std::lock_guard lock(mutex_);
  report(Clock::now());
}

size_t ProgressMeter::done() const {
  const std::lock_guard lock(mutex_);
  return done_;
}

void ProgressMeter::report(Clock::time_point now) {
  last_ = now;
  if (!watch_.progress) return;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  watch_.progress(
      {.stage = "embed", .done = done_, .total = total_, .acknowledged = 0, .seconds = seconds, .note = {}});
}

}  // namespace vicinal::embed
