#include "cli/session.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace vicinal::cli {

namespace {

constexpr size_t kUsualColumns = 80, kFewestColumns = 20;

size_t columns_of_stdout() {
  winsize size = {};
  if (::isatty(STDOUT_FILENO) != 1) return 0;
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualColumns;
  return std::max<size_t>(size.ws_col, kFewestColumns);
}

}  // namespace

Style style_of_terminal() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool plain =
      (no_color != nullptr && *no_color != '\0') || terminal == nullptr || std::string_view(terminal) == "dumb";
  std::error_code gone;  // a working directory that was removed: paths stay absolute
  return {.bold = !plain, .columns = 0, .base = std::filesystem::current_path(gone).string()};
}

Style style_of_stdout() {
  Style style = style_of_terminal();
  style.bold = style.bold && ::isatty(STDOUT_FILENO) == 1;
  style.columns = columns_of_stdout();
  return style;
}

Watch Session::watch() {
  if (!scope_) scope_.emplace([this] { console_.note("stopping; interrupt again to end at once"); });
  return {.progress = [this](const Progress& progress) { console_.report(progress); }, .stop = scope_->token()};
}

void Session::resume_plain() {
  if (!scope_) return;
  const std::stop_token token = scope_->token();
  scope_.reset();
  stopped_ |= token.stop_requested();
}

}  // namespace vicinal::cli
