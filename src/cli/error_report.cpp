#include "cli/error_report.h"

#include "base/error_lines.h"
#include "base/json.h"
#include "cli/exit_code.h"
#include "cli/terminal_text.h"

namespace vicinal::cli {

std::string error_text(const Error& error) {
  const auto [problem, fix] = base::error_lines(error);
  std::string out = printable("vicinal: " + problem) + '\n';
  if (!fix.empty()) out += "fix: " + printable(fix) + '\n';
  return out;
}

std::string error_json(const Error& error) {
  base::JsonWriter out;
  out.begin_object().key("error").begin_object();
  out.key("code").string(code_name(error.code())).key("message").string(error.message());
  out.key("data").begin_object();
  for (const auto& [key, value] : error.data()) out.key(key).string(value);
  out.end_object().key("exit_code").number(exit_code(error)).end_object();
  out.key("schema").number(1).end_object();
  return out.take() + '\n';
}

}  // namespace vicinal::cli
