#include "cli/session.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace vicinal::cli {

Style style_of_terminal() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool plain =
      (no_color != nullptr && *no_color != '\0') || terminal == nullptr || std::string_view(terminal) == "dumb";
  std::error_code gone;  // a working directory that was removed: paths stay absolute
  return {.bold = !plain, .base = std::filesystem::current_path(gone).string()};
}

Style style_of_stdout() {
  Style style = style_of_terminal();
  style.bold = style.bold && ::isatty(STDOUT_FILENO) == 1;
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
