#pragma once
/// The controlling terminal in raw mode on its other screen, and put back on every way out: return, error, signal,
/// crash.
///
/// Output goes to the terminal itself, so that standard output may be a pipe. Ctrl-Z and an outside SIGTSTP put the
/// terminal back, stop the process, and take the terminal again when it goes on; so does SIGCONT after a SIGSTOP.
/// One at a time, from one thread; only wake() may be called from others.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "vicinal/result.h"

namespace vicinal::cli {

class Terminal {
 public:
  /// invalid_argument: there is none, or TERM names one that cannot move its cursor.
  static Result<std::unique_ptr<Terminal>> open();
  /// Only the check.
  static Result<> check();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  struct Size {
    size_t rows = 24, columns = 80;
    bool operator==(const Size&) const = default;
  };
  Size size() const;

  /// What happened; several things may have.
  struct Events {
    bool input = false;   ///< read() has something
    bool woken = false;   ///< somebody called wake()
    bool redraw = false;  ///< the size is another one, or the terminal was taken again: what it shows is unknown
    bool ended = false;   ///< it hung up, or a signal asks to end
  };
  /// Waits for any, or for `timeout`.
  Events wait(std::optional<std::chrono::milliseconds> timeout);
  void wake();

  std::string read();
  /// Blocks until all is sent; nothing happens where the terminal is gone.
  void write(std::string_view bytes);
  /// As Ctrl-Z does: asks all of the foreground job to stop. This process does in the next wait().
  void suspend();
  /// Puts the terminal back before this ends; nothing may be written after.
  void give_back();

 private:
  explicit Terminal(int descriptor) : descriptor_(descriptor) {}
  void take();
  void stop();
  void handle_signal(char number, Events& events);

  int descriptor_ = -1;
  int pipe_[2] = {-1, -1};
  bool taken_ = false;
};

}  // namespace vicinal::cli
