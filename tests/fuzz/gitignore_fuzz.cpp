/// The first line is a path, the rest an ignore file.

#include <algorithm>

#include "read/ignore_rules.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = std::min(input.find('\n'), input.size());
  const auto rules = vicinal::read::IgnoreRules::parse(input.substr(std::min(line + 1, size)));
  const std::string_view path = input.substr(0, std::min<size_t>(line, 4096));
  (void)rules.ignored(path, false);
  (void)rules.ignored(path, true);
  return 0;
}
