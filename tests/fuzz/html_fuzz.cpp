/// Web pages, their declared encodings and character references.

#include "check_document.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto document = vicinal::read::read_bytes(bytes, vicinal::read::Format::html);
  if (document) vicinal::fuzz::check_document(*document, bytes);
  return 0;
}
