#include "read/decode.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/json.h"
#include "read/legacy_charset.h"

namespace vicinal::read {
namespace {

/// Unicode's mapping of bytes 80 to 9F of Windows-1252 (bestfit tables aside); 0: undefined.
constexpr std::array<uint16_t, 32> kWindows1252 = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                   0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

bool has_utf16_bom(std::string_view bytes) { return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"); }

bool is_control(unsigned char byte) {
  return (byte < 0x20 && !(byte >= '\b' && byte <= '\r') && byte != 0x1B) || byte == 0x7F;
}

/// UTF-16: a mark per code unit would be exact and large; one per line and per 32 units stays near.
MarkedText decode_utf16(std::string_view bytes) {
  const bool little = bytes[0] == '\xFF';
  const auto unit_at = [&](size_t at) -> uint32_t {
    const auto low = static_cast<uint8_t>(bytes[little ? at : at + 1]);
    const auto high = static_cast<uint8_t>(bytes[little ? at + 1 : at]);
    return static_cast<uint32_t>(high << 8 | low);
  };
  MarkedText out(bytes.size());
  for (size_t at = 2; at + 1 < bytes.size(); at += 2) {
    uint32_t code_point = unit_at(at);
    if (at % 64 == 2 || out.text().ends_with('\n')) out.at(at);
    if ((code_point & 0xFC00) == 0xD800 && at + 3 < bytes.size() && (unit_at(at + 2) & 0xFC00) == 0xDC00) {
      code_point = 0x10000 + ((code_point & 0x3FF) << 10) + (unit_at(at + 2) & 0x3FF);
      at += 2;
    }
    append_code_point(out.text(), code_point);
  }
  return out;
}

/// Windows-1252 when there are more stray bytes than whole sequences and that encoding defines them all.
bool fits_windows_1252(std::string_view bytes) {
  size_t sequences = 0, strays = 0;
  for (size_t at = 0; at < bytes.size();) {
    const size_t length = base::utf8_sequence(bytes.substr(at, 4));
    sequences += length > 1;
    strays += length == 0;
    if (length == 0 && windows_1252(static_cast<uint8_t>(bytes[at])) == 0) return false;
    at += std::max<size_t>(length, 1);
  }
  return strays > sequences;
}

enum class Repair { replace, windows_1252 };

MarkedText repair_utf8(std::string_view bytes, Repair repair) {
  MarkedText out(bytes.size());
  for (size_t at = 0; at < bytes.size();) {
    const auto byte = static_cast<uint8_t>(bytes[at]);
    out.at(at);
    if (repair == Repair::windows_1252) {
      append_code_point(out.text(), windows_1252(byte));
      ++at;
      continue;
    }
    const size_t length = base::utf8_sequence(bytes.substr(at, 4));
    out.append(length == 0 ? kReplacement : bytes.substr(at, length));
    at += std::max<size_t>(length, 1);
  }
  return out;
}

/// Line ends become "\n" and NUL becomes U+FFFD. A lone CR ends a line only where no LF does (old Macintosh files);
/// elsewhere it is a space, so that lines count as in other programs. The text came from `source_bytes` bytes of a
/// file, past which no mark may lead: offsets inside a stretch of decoded text are estimates.
MarkedText clean(std::string_view text, const std::vector<OffsetMark>& marks, size_t shift, size_t source_bytes) {
  const bool old_macintosh = text.find('\n') == std::string_view::npos;
  MarkedText out(text.size());
  size_t begin = 0;
  const auto copy_until = [&](size_t end) {
    out.at(std::min(mapped_offset(marks, begin) + shift, source_bytes));
    out.append(text.substr(begin, end - begin));
    begin = end + 1;
  };
  size_t next_mark = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    // A mark of the stage before starts a new stretch here too.
    while (next_mark < marks.size() && marks[next_mark].text_begin < at) ++next_mark;
    if (next_mark < marks.size() && marks[next_mark].text_begin == at && at > begin) {
      copy_until(at);
      begin = at;
    }
    if (text[at] == '\r') {
      copy_until(at);
      if (at + 1 < text.size() && text[at + 1] == '\n') continue;
      out.append(old_macintosh ? '\n' : ' ');
    } else if (text[at] == '\0') {
      copy_until(at);
      out.append(kReplacement);
    }
  }
  copy_until(text.size());
  return out;
}

Error too_long(size_t bytes, size_t limit) {
  return Error(Code::too_long, "the text is too long").with("bytes", bytes).with("limit", limit);
}

/// Before line ends: UTF-8 with marks relative to `bytes`. REQUIRES: not valid UTF-8 as it is.
Result<MarkedText> to_utf8(std::string_view bytes, std::string_view declared, size_t max_bytes) {
  if (has_utf16_bom(bytes)) return decode_utf16(bytes);
  if (const std::string charset = known_charset(declared); !charset.empty()) {
    return decode_charset(bytes, charset, max_bytes);
  }
  return repair_utf8(bytes, fits_windows_1252(bytes) ? Repair::windows_1252 : Repair::replace);
}

/// Valid UTF-8 wins over a declaration, but for encodings whose bytes are all ASCII.
bool is_utf8(std::string_view bytes, std::string_view declared) {
  return base::valid_utf8(bytes) && known_charset(declared) != "iso-2022-jp";
}

}  // namespace

uint32_t windows_1252(uint8_t byte) { return byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80] : byte; }

bool looks_binary(std::string_view bytes) {
  if (has_utf16_bom(bytes) && !bytes.starts_with(std::string_view("\xFF\xFE\0\0", 4))) return false;
  const std::string_view probe = bytes.substr(0, kProbeBytes);
  if (probe.starts_with("%PDF-") || probe.find('\0') != std::string_view::npos) return true;
  const auto controls = static_cast<size_t>(std::count_if(probe.begin(), probe.end(), is_control));
  return controls * 20 > probe.size();
}

Result<MarkedText> decode(std::string_view bytes, std::string_view declared, size_t max_bytes) {
  const size_t bom = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const std::string_view body = bytes.substr(bom);
  MarkedText out(0);
  if (is_utf8(body, declared)) {
    out = clean(body, {}, bom, bytes.size());
  } else {
    VICINAL_TRY(MarkedText decoded, to_utf8(body, declared, max_bytes));
    if (decoded.text().size() > max_bytes) return too_long(decoded.text().size(), max_bytes);
    out = clean(decoded.text(), decoded.marks(), bom, bytes.size());
  }
  if (out.text().size() > max_bytes) return too_long(out.text().size(), max_bytes);
  out.at(bytes.size());  // no byte of a repaired character at the end leads past the file
  return out;
}

}  // namespace vicinal::read
