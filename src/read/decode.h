#pragma once
/// Bytes in some encoding to clean UTF-8: no BOM, "\n" line ends, no NUL, nothing invalid.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "read/marked_text.h"

namespace vicinal::read {

/// How much of a file tells text from what is none.
inline constexpr size_t kProbeBytes = 8192;

/// True for what is no text: a NUL or many control characters among the first 8 KiB, or a PDF. UTF-16 with a
/// BOM is text.
bool looks_binary(std::string_view bytes);

/// The code point of a byte in Windows-1252; 0 for the five bytes that it leaves undefined.
uint32_t windows_1252(uint8_t byte);

/// The BOM decides, else UTF-8 where it is valid, else `declared` (an encoding's name, may be empty) where it is
/// known, else what fits better: UTF-8 with repairs, or Windows-1252. too_long when the text exceeds `max_bytes`.
Result<MarkedText> decode(std::string_view bytes, std::string_view declared, size_t max_bytes);

}  // namespace vicinal::read
