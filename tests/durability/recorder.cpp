#include "durability/recorder.h"

#include <utility>

namespace vicinal::durability {

void Recorder::expect(Expectation expectation) {
  events_.push_back({std::nullopt, expectations_.size() - 1});
  expectations_.push_back(std::move(expectation));
}

Verdict Recorder::before(const FileCall& call) {
  const size_t number = calls_++;
  if (!fault_ || number < fault_->at) return {};
  if (number == fault_->at) refused_ = std::string(name_of(call.kind)) + " " + call.path;
  switch (fault_->kind) {
    case Fault::Kind::once:
      return {number == fault_->at ? fault_->error : 0};
    case Fault::Kind::short_write:
      if (number == fault_->at && call.kind == FileCall::Kind::write) return {.short_write = true};
      return {number <= fault_->at + 1 ? fault_->error : 0};
    case Fault::Kind::for_good:
      return {fault_->error};
  }
  return {};
}

void Recorder::done(const FileCall& call) { events_.push_back({RecordedCall(call), expectations_.size() - 1}); }

// A process that is dead makes no calls: its syncs do not fail, they do not happen.
void Recorder::sync_failed(const FileCall& call) {
  if (!is_dead()) events_.push_back({RecordedCall(call, true), expectations_.size() - 1});
}

}  // namespace vicinal::durability
