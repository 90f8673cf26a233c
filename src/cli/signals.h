#pragma once
/// Ctrl-C and friends. Outside a `StopScope` an interrupt ends the program at once (130): nothing is half done.
/// Inside, the first one requests stop so that acknowledged work is kept; the second ends the program at once.

#include <functional>
#include <stop_token>

namespace vicinal::cli {

/// SIGPIPE is ignored from here on (writes report it); SIGINT, SIGTERM and SIGHUP are handled unless they were ignored.
void install_signal_handlers();

/// One at a time. `on_request` runs once, on a thread of its own, after the first interrupt.
class StopScope {
 public:
  explicit StopScope(std::function<void()> on_request);
  ~StopScope();
  StopScope(const StopScope&) = delete;
  StopScope& operator=(const StopScope&) = delete;

  std::stop_token token() const;

 private:
  struct State;
  State* state_;
};

}  // namespace vicinal::cli
