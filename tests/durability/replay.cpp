#include "durability/replay.h"

#include <algorithm>

namespace vicinal::durability {

namespace {

using Loss = RecordedDisk::Loss;

constexpr size_t kShown = 60;

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

}  // namespace

std::string Replay::run(const Cuts& cuts) {
  const auto& events = recorder_->events();
  for (size_t i = 0; i <= std::min(events.size(), cuts.last); ++i) {
    const bool last = i == events.size();
    const bool chosen = i >= cuts.first && (last || !cuts.only_syncs || is_sync(events[i]) || random_() % 4 == 0);
    const Expectation& expectation = last ? recorder_->expected() : recorder_->expectation(events[i]);
    for (size_t image = 0; chosen && image < cuts.images; ++image)
      if (auto wrong = cut(expectation, image); !wrong.empty()) return calls_before(i) + "cut: " + wrong;
    if (!last && events[i].call) disk_.apply(*events[i].call);
  }
  return {};
}

std::string Replay::calls_before(size_t event) const {
  std::string lines = "\n";
  for (size_t at = event > kShown ? event - kShown : 0; at < event; ++at)
    lines += std::to_string(at) + ": " + described(recorder_->events()[at]) + "\n";
  return lines;
}

std::string Replay::cut(const Expectation& expectation, size_t image) {
  static constexpr Loss kLosses[] = {Loss::any, Loss::nothing, Loss::everything, Loss::latest};
  static constexpr const char* kNames[] = {"any", "nothing", "everything", "latest"};
  const index::StoreFolder folder;
  const std::string root = folder.path() + "/image";
  disk_.write_image(root, kLosses[image % 4], random_);
  ++images_;
  const std::string wrong = check_folder(root, expectation, random_);
  return wrong.empty() ? wrong : std::string("loss of ") + kNames[image % 4] + ": " + wrong;
}

}  // namespace vicinal::durability
