#pragma once
/// Encodings that older HTML pages declare, through ICU's converters.

#include <string>
#include <string_view>

#include "base/check.h"
#include "read/marked_text.h"

namespace vicinal::read {

/// The converter for a declared name, "" when it is UTF-8, unknown, or none that the web uses. Names of Latin-1
/// and ASCII mean Windows-1252, as in browsers.
std::string known_charset(std::string_view declared);

/// Bytes that the encoding does not define become U+FFFD. `charset`: of known_charset. Line ends are left alone.
Result<MarkedText> decode_charset(std::string_view bytes, const std::string& charset, size_t max_bytes);

}  // namespace vicinal::read
