#include "index/paced_watch.h"

#include <utility>

namespace vicinal::index {

namespace {

constexpr std::chrono::milliseconds kTellEvery{250};

}  // namespace

void PacedWatch::begin(std::string stage, uint64_t total) {
  stage_ = std::move(stage);
  total_ = total;
  done_ = 0;
  tell("");
}

Result<> PacedWatch::at(uint64_t done) {
  done_ = done;
  if (stopped()) return Error(Code::interrupted, "stopped");
  if (Clock::now() - last_ > kTellEvery) tell("");
  return {};
}

void PacedWatch::end() { tell(""); }

void PacedWatch::note(const std::string& text) { tell(text); }

double PacedWatch::seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

void PacedWatch::tell(const std::string& note) {
  last_ = Clock::now();
  if (!watch_->progress) return;
  Progress progress;
  progress.stage = stage_;
  progress.done = done_;
  progress.total = total_;
  progress.seconds = seconds();
  progress.note = note;
  watch_->progress(progress);
}

}  // namespace vicinal::index
