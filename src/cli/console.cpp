#include "cli/console.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "cli/terminal_text.h"

namespace vicinal::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kJsonInterval = std::chrono::milliseconds(1000);
constexpr auto kLineInterval = std::chrono::milliseconds(100);

/// Nobody may be listening: failures are ignored.
void write_stderr(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(STDERR_FILENO, bytes.data(), bytes.size());
    if (count <= 0 && errno != EINTR) return;
    if (count > 0) bytes.remove_prefix(static_cast<size_t>(count));
  }
}

}  // namespace

ProgressMode progress_mode(std::string_view name) {
  if (name == "json") return ProgressMode::json;
  return name == "auto" && ::isatty(STDERR_FILENO) ? ProgressMode::line : ProgressMode::none;
}

void Console::configure(const Options& options) {
  std::scoped_lock lock(mutex_);
  options_ = options;
}

void Console::note(std::string_view text) {
  std::scoped_lock lock(mutex_);
  if (options_.quiet) return;
  erase_line();
  write_stderr("# " + printable(text) + '\n');
}

void Console::print(std::string_view lines) {
  std::scoped_lock lock(mutex_);
  erase_line();
  write_stderr(lines);
}

void Console::report(const Progress& progress) {
  std::scoped_lock lock(mutex_);
  acknowledged_ = std::max(acknowledged_, progress.acknowledged);
  if (!progress.note.empty()) say_once(progress.note);
  if (options_.progress == ProgressMode::none) return;
  const ProgressRate::Estimate estimate = rate_.update(progress);
  if (!is_due(progress)) return;
  if (options_.progress == ProgressMode::json) return write_stderr(progress_json(progress, estimate));
  erase_line();
  write_stderr(printable(progress_text(progress, estimate)));
  line_shown_ = true;
}

void Console::clear_line() {
  std::scoped_lock lock(mutex_);
  erase_line();
}

size_t Console::acknowledged() const {
  std::scoped_lock lock(mutex_);
  return acknowledged_;
}

void Console::erase_line() {
  if (line_shown_) write_stderr("\r\033[K");
  line_shown_ = false;
}

bool Console::is_due(const Progress& progress) {
  const auto now = Clock::now();
  const auto interval = options_.progress == ProgressMode::json ? kJsonInterval : kLineInterval;
  const bool stage_changes = progress.stage != stage_ || (progress.total > 0 && progress.done == progress.total);
  if (!stage_changes && now - last_printed_ < interval) return false;
  stage_ = progress.stage;
  last_printed_ = now;
  return true;
}

void Console::say_once(const std::string& note) {
  if (options_.quiet || !said_.insert(note).second) return;
  erase_line();
  write_stderr("# " + printable(note) + '\n');
}

}  // namespace vicinal::cli
