/// Lines of judgements: what is read lies within the line, and its gain is a number.

#include <cmath>
#include <cstdlib>

#include "base/check.h"
#include "engine/judgements.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vicinal;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto judgement = engine::parse_judgement(line);
  if (!judgement || !*judgement) return 0;
  for (const std::string_view part : {(*judgement)->question, (*judgement)->document})
    if (part.empty() || part.data() < line.data() || part.data() + part.size() > line.data() + line.size())
      std::abort();
  if (!std::isfinite((*judgement)->gain)) std::abort();
  return 0;
}
