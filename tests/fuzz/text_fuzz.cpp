/// Plain text and Markdown in any encoding.

#include "check_document.h"
#include "read/markdown.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using vicinal::read::Format;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const Format format : {Format::plain, Format::markdown}) {
    const auto document = vicinal::read::read_bytes(bytes, format);
    if (!document) continue;
    vicinal::fuzz::check_document(*document, bytes);
    vicinal::fuzz::check_headings(vicinal::read::markdown_headings(document->text), document->text);
  }
  return 0;
}
