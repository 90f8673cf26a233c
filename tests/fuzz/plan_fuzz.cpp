/// A plan that parses must be written so that it parses to the same, and be told in a line.

#include <cstdlib>

#include "retrieve/plan.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vicinal;
  const auto plan = retrieve::parse_plan({reinterpret_cast<const char*>(data), size});
  if (!plan) return 0;
  const std::string written = retrieve::to_json(*plan);
  const auto again = retrieve::parse_plan(written);
  if (!again || retrieve::to_json(*again) != written) std::abort();
  (void)retrieve::to_string(*plan);
  return 0;
}
