/// Plain text and Markdown in any encoding.

#include "check_document.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using vicinal::read::Format;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const Format format : {Format::plain, Format::markdown}) {
    const auto document = vicinal::read::read_bytes(bytes, format);
    if (document) vicinal::fuzz::check_document(*document, bytes);
  }
  return 0;
}
