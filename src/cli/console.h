#pragma once
/// Everything that goes to standard error: notes, progress, errors. Thread-safe.

#include <chrono>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "cli/progress_line.h"
#include "vicinal/progress.h"

namespace vicinal::cli {

enum class ProgressMode { none, line, json };

class Console {
 public:
  struct Options {
    ProgressMode progress = ProgressMode::none;
    bool quiet = false;
  };
  void configure(const Options& options);

  /// "# text" on a line of its own; dropped when quiet.
  void note(std::string_view text);
  /// Ready-made lines (errors); never dropped.
  void print(std::string_view lines);
  /// The sink of long calls. JSON: the first report of a stage, one a second, and the last of a stage.
  void report(const Progress& progress);
  /// Takes the progress line off the terminal.
  void clear_line();
  /// The largest `acknowledged` that was reported.
  size_t acknowledged() const;

 private:
  void erase_line();
  bool is_due(const Progress& progress);
  void say_once(const std::string& note);

  mutable std::mutex mutex_;
  Options options_;
  ProgressRate rate_;
  std::string stage_;
  std::chrono::steady_clock::time_point last_printed_{};
  std::set<std::string> said_;
  size_t acknowledged_ = 0;
  bool line_shown_ = false;
};

/// "auto", "json", "none" (already checked by the parser).
ProgressMode progress_mode(std::string_view name);

}  // namespace vicinal::cli
