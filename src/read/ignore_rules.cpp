#include "read/ignore_rules.h"

#include <algorithm>

namespace vicinal::read {
namespace {

constexpr size_t kMaxLine = 4096;

/// Spaces at the end do not count unless a backslash stands before them.
std::string_view without_trailing_spaces(std::string_view line) {
  while (line.ends_with(' ')) {
    const std::string_view before = line.substr(0, line.size() - 1);
    const size_t text = before.find_last_not_of('\\');
    const size_t slashes = before.size() - (text == std::string_view::npos ? 0 : text + 1);
    if (slashes % 2 == 1) break;
    line = before;
  }
  return line;
}

bool take_prefix(std::string_view& line, char prefix) {
  if (!line.starts_with(prefix)) return false;
  line.remove_prefix(1);
  return true;
}

}  // namespace

IgnoreRules IgnoreRules::parse(std::string_view text) {
  IgnoreRules rules;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#') || line.size() > kMaxLine) continue;
    line = without_trailing_spaces(line);
    const bool negated = take_prefix(line, '!');
    const bool folders_only = line.ends_with('/');
    if (folders_only) line.remove_suffix(1);
    const bool whole_path = line.find('/') != std::string_view::npos;
    take_prefix(line, '/');
    if (!line.empty()) rules.rules_.push_back({Glob(line), negated, folders_only, whole_path});
  }
  return rules;
}

std::optional<bool> IgnoreRules::ignored(std::string_view path, bool is_folder) const {
  const std::string_view name = path.substr(path.find_last_of('/') + 1);
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (rule->folders_only && !is_folder) continue;
    if (rule->glob.matches(rule->whole_path ? path : name)) return !rule->negated;
  }
  return std::nullopt;
}

}  // namespace vicinal::read
