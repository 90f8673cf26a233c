// Any bytes as a tokenizer.json: an error, or a tokenizer that keeps its promises on a text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "text/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto tokenizer = vicinal::text::Tokenizer::from_json({reinterpret_cast<const char*>(data), size});
  if (!tokenizer) return 0;
  constexpr std::string_view kText = "The naïve cat, 日本語 and \xF0\x9F\x90\x88 [SEP] sat\ton 12 mats.";
  const vicinal::Encoding encoding = (*tokenizer)->encode(kText, {.max_tokens = 16});
  if (encoding.ids.size() > 16 || encoding.ids.size() != encoding.spans.size()) __builtin_trap();
  for (const vicinal::ByteSpan& span : encoding.spans)
    if (span.begin > span.end || span.end > kText.size()) __builtin_trap();
  return 0;
}
