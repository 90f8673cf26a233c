#include "cli/byte_size.h"

#include <charconv>
#include <string>

#include "base/check.h"

namespace vicinal::cli {
namespace {

constexpr double kMostBytes = 1152921504606846976.0;  // 2^60

/// What the letters behind the number multiply by; 0 for letters that mean nothing.
double unit(std::string_view letters) {
  while (letters.starts_with(' ')) letters.remove_prefix(1);
  constexpr std::string_view kPrefixes = "kmgt";
  std::string lower;
  for (const char letter : letters) lower += static_cast<char>(letter | 0x20);
  if (lower.empty() || lower == "b") return 1;
  const size_t power = kPrefixes.find(lower[0]);
  const std::string_view rest = std::string_view(lower).substr(1);
  if (power == std::string_view::npos || (!rest.empty() && rest != "b" && rest != "ib")) return 0;
  double bytes = 1;
  for (size_t i = 0; i <= power; ++i) bytes *= 1024;
  return bytes;
}

}  // namespace

Result<size_t> parse_byte_size(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  const double bytes = error == std::errc() ? number * unit(text.substr(static_cast<size_t>(end - text.data()))) : -1;
  if (bytes >= 1 && bytes <= kMostBytes) return static_cast<size_t>(bytes);
  return Error(Code::invalid_argument, "a size is a number with a unit, as 512M or 2G").with("size", text);
}

}  // namespace vicinal::cli
