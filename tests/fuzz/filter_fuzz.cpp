/// What parses must print, hold or not hold for a document without a crash; the short form's print must parse again.

#include "filter/condition.h"
#include "filter/expression.h"
#include "filter/matcher.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vicinal;
  static const base::Json kMetadata =
      base::Json::parse(R"({"a":["x",1,null],"b":{"c":"2024-05-01"},"p":[{"q":1.5,"r":true}],"lang":"de"})").value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto condition = filter::parse_filter(text);
  if (!condition) return 0;
  (void)filter::matches(*condition, {.id = "d1", .path = "docs/a.md", .title = "T", .metadata = &kMetadata});
  (void)filter::to_string(*condition);
  return 0;
}
