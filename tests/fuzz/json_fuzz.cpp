/// What parses must print and parse again to the same text; an error must be an error, not a crash.

#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using vicinal::base::Json;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = Json::parse(text);
  if (!parsed) return 0;
  const std::string printed = parsed->dump();
  VICINAL_CHECK(vicinal::base::valid_utf8(printed));
  VICINAL_CHECK(Json::parse(printed).value().dump() == printed);
  return 0;
}
