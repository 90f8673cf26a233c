#pragma once
/// What a running command has to speak with: its output, the console, how results should look, the way to stop.

#include <optional>
#include <string>

#include "cli/console.h"
#include "cli/output.h"
#include "cli/signals.h"
#include "vicinal/progress.h"

namespace vicinal::cli {

/// How results look on standard output. Plain when it is no terminal; NO_COLOR and TERM=dumb are honoured.
struct Style {
  bool bold = false;
  size_t columns = 0;     ///< of the terminal, lines are broken there; 0: no terminal, nothing is broken
  std::string base = {};  ///< a folder: paths below it are shown relative to it. The working directory; empty: none
};
Style style_of_stdout();
/// The same of the terminal itself, wherever standard output goes.
Style style_of_terminal();

class Session {
 public:
  Session(Console& console, bool verbose) : console_(console), verbose_(verbose), out_(Output::standard()) {}

  Output& out() { return out_; }
  Console& console() { return console_; }
  bool verbose() const { return verbose_; }
  Style style() const { return style_of_stdout(); }

  /// For the library's long calls. From the first use on, an interrupt stops them gracefully, until `resume_plain`.
  Watch watch();
  /// Interrupts end the program at once again (while waiting for input).
  void resume_plain();
  bool stop_requested() const { return stopped_ || (scope_ && scope_->token().stop_requested()); }

 private:
  Console& console_;
  bool verbose_;
  Output out_;
  std::optional<StopScope> scope_;
  bool stopped_ = false;  ///< a scope that is gone was asked to stop
};

}  // namespace vicinal::cli
