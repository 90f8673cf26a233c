#pragma once
/// Valid UTF-8 out of any bytes, for the fuzz targets of the lexical layer.

#include <string>
#include <string_view>

#include "base/json.h"
#include "text/utf8.h"

/// The bytes themselves if they are UTF-8, else each as one code point.
inline std::string lexical_text(std::string_view bytes) {
  if (vicinal::base::valid_utf8(bytes)) return std::string(bytes);
  std::string text;
  for (const char byte : bytes) vicinal::text::append_utf8(text, static_cast<unsigned char>(byte));
  return text;
}
