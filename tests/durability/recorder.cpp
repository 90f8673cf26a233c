#include "durability/recorder.h"

#include <utility>

namespace vicinal::durability {

void Recorder::expect(Expectation expectation) {
  events_.push_back({std::nullopt, expectations_.size() - 1});
  expectations_.push_back(std::move(expectation));
}

void Recorder::arm(const Fault& fault) {
  fault_ = fault;
  hit_.reset();
  hit_event_.reset();
}

Verdict Recorder::before(const FileCall& call) {
  const Verdict verdict = verdict_on(call);
  if (verdict.error != 0 || verdict.short_write) ++refusals_;
  return verdict;
}

Verdict Recorder::verdict_on(const FileCall& call) {
  const size_t number = calls_++;
  if (!fault_) return {};
  const bool sync = call.kind == FileCall::Kind::sync || call.kind == FileCall::Kind::sync_folder;
  if (!hit_ && (number < fault_->at || (fault_->at_sync && !sync))) return {};
  if (!hit_) {
    hit_ = number;
    hit_event_ = events_.size();
    refused_ = std::string(name_of(call.kind)) + " " + call.path;
  }
  switch (fault_->kind) {
    case Fault::Kind::once:
      return {number == *hit_ ? fault_->error : 0};
    case Fault::Kind::short_write:
      if (number == *hit_ && call.kind == FileCall::Kind::write) return {.short_write = true};
      return {number <= *hit_ + 1 ? fault_->error : 0};
    case Fault::Kind::for_good:
      return {fault_->error};
  }
  return {};
}

void Recorder::done(const FileCall& call) { events_.push_back({RecordedCall(call), expectations_.size() - 1}); }

// A process that is dead makes no calls: its syncs do not fail, they do not happen.
void Recorder::sync_failed(const FileCall& call) {
  if (is_dead()) return;
  events_.push_back({RecordedCall(call, true), expectations_.size() - 1});
  Expectation from_here = expected();
  from_here.a_sync_failed = true;
  expect(std::move(from_here));
}

}  // namespace vicinal::durability
