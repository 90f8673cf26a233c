#include "cli/signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>

#include "cli/exit_code.h"

namespace vicinal::cli {
namespace {

static_assert(std::atomic<int>::is_always_lock_free, "signal handlers may use only lock-free atomics");

/// Write end of the scope's pipe; -1 outside a scope and after the first interrupt.
std::atomic<int> wake_descriptor{-1};

/// Async-signal-safe. The exchange makes the second interrupt take the way out.
extern "C" void on_interrupt(int) {
  const int saved_errno = errno;
  const int descriptor = wake_descriptor.exchange(-1);
  if (descriptor < 0) ::_exit(kExitInterrupted);
  const char byte = 'i';
  if (::write(descriptor, &byte, 1) != 1) ::_exit(kExitInterrupted);
  errno = saved_errno;
}

void handle(int number) {
  struct sigaction before{};
  ::sigaction(number, nullptr, &before);
  if (before.sa_handler == SIG_IGN) return;
  struct sigaction action{};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  ::sigaction(number, &action, nullptr);
}

}  // namespace

struct StopScope::State {
  std::function<void()> on_request;
  std::stop_source source;
  int pipe[2] = {-1, -1};
  std::thread watcher;

  void watch() {
    char byte = 0;
    ssize_t count = 0;
    while ((count = ::read(pipe[0], &byte, 1)) < 0 && errno == EINTR) {
    }
    if (count != 1 || byte != 'i') return;
    source.request_stop();
    on_request();
  }
};

void install_signal_handlers() {
  ::signal(SIGPIPE, SIG_IGN);
  handle(SIGINT);
  handle(SIGTERM);
  handle(SIGHUP);
}

StopScope::StopScope(std::function<void()> on_request) : state_(new State) {
  state_->on_request = std::move(on_request);
  if (::pipe2(state_->pipe, O_CLOEXEC) != 0) return;  // then an interrupt ends the program at once
  state_->watcher = std::thread([state = state_] { state->watch(); });
  wake_descriptor = state_->pipe[1];
}

StopScope::~StopScope() {
  if (state_->watcher.joinable()) {
    // Whoever takes the descriptor out writes: a handler that has taken it already ends the watcher itself.
    const int descriptor = wake_descriptor.exchange(-1);
    const char byte = 'q';
    if (descriptor >= 0 && ::write(descriptor, &byte, 1) != 1) ::_exit(kExitInterrupted);
    state_->watcher.join();
    for (const int end : state_->pipe) ::close(end);
  }
  delete state_;
}

std::stop_token StopScope::token() const { return state_->source.get_token(); }

}  // namespace vicinal::cli
