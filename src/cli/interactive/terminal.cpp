#include "cli/interactive/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace vicinal::cli {
namespace {

constexpr std::string_view kEnter = "\033[?1049h\033[?2004h";  // other screen, bracketed paste
constexpr std::string_view kLeave = "\033[0m\033[?2004l\033[?25h\033[?1049l";
constexpr char kWake = 0;  // in the pipe, beside numbers of signals

constexpr std::array kNoted = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
constexpr std::array kCrashes = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// What handlers need. One terminal at a time is open.
std::atomic<int> signal_pipe{-1};
std::atomic<int> crash_descriptor{-1};
termios original{};
std::array<struct sigaction, kNoted.size()> before_noted{};
std::array<struct sigaction, kCrashes.size()> before_crashes{};

extern "C" void note_signal(int number) {
  const int saved_errno = errno;
  const char byte = static_cast<char>(number);
  if (::write(signal_pipe.load(), &byte, 1) != 1) {
    // Full: so much is noted already that this one is not missed.
  }
  errno = saved_errno;
}

/// Async-signal-safe.
void restore(int descriptor) {
  if (::write(descriptor, kLeave.data(), kLeave.size()) < 0) {
    // It is gone; nobody is left to see it.
  }
  ::tcsetattr(descriptor, TCSANOW, &original);
}

extern "C" void on_crash(int number) {
  const int descriptor = crash_descriptor.exchange(-1);
  if (descriptor >= 0) restore(descriptor);
  ::signal(number, SIG_DFL);
  ::raise(number);
}

void install(int number, void (*handler)(int), struct sigaction* before) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(number, &action, before);
}

void install_handlers() {
  for (size_t i = 0; i < kNoted.size(); ++i) install(kNoted[i], note_signal, &before_noted[i]);
  for (size_t i = 0; i < kCrashes.size(); ++i) install(kCrashes[i], on_crash, &before_crashes[i]);
}

void remove_handlers() {
  for (size_t i = 0; i < kNoted.size(); ++i) ::sigaction(kNoted[i], &before_noted[i], nullptr);
  for (size_t i = 0; i < kCrashes.size(); ++i) ::sigaction(kCrashes[i], &before_crashes[i], nullptr);
}

Error no_terminal(std::string message) {
  return Error(Code::invalid_argument, std::move(message))
      .with("fix", "leave --interactive out: vicinal search \"your question\" --collection DIR");
}

}  // namespace

Result<> Terminal::check() {
  const char* name = std::getenv("TERM");
  if (name == nullptr || *name == '\0' || std::string_view(name) == "dumb")
    return no_terminal("--interactive needs a terminal that can move its cursor")
        .with("TERM", name == nullptr ? "" : name);
  const int descriptor = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return no_terminal("--interactive needs a terminal, and this process has none");
  ::close(descriptor);
  return {};
}

Result<std::unique_ptr<Terminal>> Terminal::open() {
  if (auto there = check(); !there) return std::move(there).error();
  const int descriptor = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (descriptor < 0 || ::tcgetattr(descriptor, &original) != 0) {
    if (descriptor >= 0) ::close(descriptor);
    return no_terminal("the terminal cannot be opened");
  }
  std::unique_ptr<Terminal> terminal(new Terminal(descriptor));
  if (::pipe2(terminal->pipe_, O_CLOEXEC | O_NONBLOCK) != 0)
    return Error(Code::io, "no pipe can be made").with("errno", errno);
  signal_pipe = terminal->pipe_[1];
  install_handlers();
  terminal->take();
  return terminal;
}

Terminal::~Terminal() {
  give_back();
  if (pipe_[0] >= 0) {
    remove_handlers();
    signal_pipe = -1;
    for (const int end : pipe_) ::close(end);
  }
  ::close(descriptor_);
}

void Terminal::take() {
  termios raw = original;
  ::cfmakeraw(&raw);
  ::tcsetattr(descriptor_, TCSANOW, &raw);
  crash_descriptor = descriptor_;
  write(kEnter);
  taken_ = true;
}

void Terminal::give_back() {
  if (!taken_) return;
  taken_ = false;
  write(kLeave);
  ::tcsetattr(descriptor_, TCSADRAIN, &original);
  crash_descriptor = -1;
}

Terminal::Size Terminal::size() const {
  winsize size{};
  if (::ioctl(descriptor_, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return {};
  return {size.ws_row, size.ws_col};
}

Terminal::Events Terminal::wait(std::optional<std::chrono::milliseconds> timeout) {
  Events events;
  pollfd descriptors[] = {{descriptor_, POLLIN, 0}, {pipe_[0], POLLIN, 0}};
  if (::poll(descriptors, 2, timeout ? static_cast<int>(timeout->count()) : -1) < 0)
    descriptors[0].revents = 0;  // a signal: it is in the pipe
  events.input = (descriptors[0].revents & POLLIN) != 0;
  events.ended = !events.input && (descriptors[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
  std::array<char, 64> noted{};
  ssize_t count = 0;
  while ((count = ::read(pipe_[0], noted.data(), noted.size())) > 0)
    for (ssize_t i = 0; i < count; ++i) handle_signal(noted[static_cast<size_t>(i)], events);
  return events;
}

void Terminal::handle_signal(char number, Events& events) {
  switch (number) {
    case kWake:
      events.woken = true;
      break;
    case SIGWINCH:
      events.redraw = true;
      break;
    case SIGCONT:
      take();  // a shell may have changed it meanwhile
      events.redraw = true;
      break;
    case SIGTSTP:
      stop();
      events.redraw = true;
      break;
    default:
      events.ended = true;
  }
}

void Terminal::wake() {
  if (::write(pipe_[1], &kWake, 1) != 1) {
    // Full: the reader is awake.
  }
}

std::string Terminal::read() {
  std::array<char, 4096> bytes;
  ssize_t count = 0;
  while ((count = ::read(descriptor_, bytes.data(), bytes.size())) < 0 && errno == EINTR) {
  }
  return {bytes.data(), static_cast<size_t>(std::max<ssize_t>(count, 0))};
}

void Terminal::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
}

void Terminal::suspend() { ::kill(0, SIGTSTP); }

void Terminal::stop() {
  give_back();
  struct sigaction noted{};
  install(SIGTSTP, SIG_DFL, &noted);
  ::raise(SIGTSTP);  // returns when the process goes on; at once where no shell is there to make it do so
  ::sigaction(SIGTSTP, &noted, nullptr);
  take();
}

}  // namespace vicinal::cli
