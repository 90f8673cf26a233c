#include "read/legacy_charset.h"

#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

namespace vicinal::read {
namespace {

/// The labels of the WHATWG Encoding Standard that are in use, with the converters that ICU knows. Stateful
/// encodings other than ISO-2022-JP are left out, as browsers do.
struct Charset {
  std::string_view label, converter;
};
constexpr Charset kCharsets[] = {{"windows-1252", "windows-1252"},
                                 {"iso-8859-1", "windows-1252"},
                                 {"iso8859-1", "windows-1252"},
                                 {"latin1", "windows-1252"},
                                 {"l1", "windows-1252"},
                                 {"us-ascii", "windows-1252"},
                                 {"ascii", "windows-1252"},
                                 {"cp1252", "windows-1252"},
                                 {"iso-8859-2", "iso-8859-2"},
                                 {"latin2", "iso-8859-2"},
                                 {"iso-8859-3", "iso-8859-3"},
                                 {"iso-8859-4", "iso-8859-4"},
                                 {"iso-8859-5", "iso-8859-5"},
                                 {"iso-8859-6", "iso-8859-6"},
                                 {"iso-8859-7", "iso-8859-7"},
                                 {"iso-8859-8", "iso-8859-8"},
                                 {"iso-8859-9", "windows-1254"},
                                 {"latin5", "windows-1254"},
                                 {"iso-8859-13", "iso-8859-13"},
                                 {"iso-8859-15", "iso-8859-15"},
                                 {"windows-1250", "windows-1250"},
                                 {"windows-1251", "windows-1251"},
                                 {"cp1251", "windows-1251"},
                                 {"windows-1253", "windows-1253"},
                                 {"windows-1254", "windows-1254"},
                                 {"windows-1255", "windows-1255"},
                                 {"windows-1256", "windows-1256"},
                                 {"windows-1257", "windows-1257"},
                                 {"windows-1258", "windows-1258"},
                                 {"windows-874", "windows-874"},
                                 {"tis-620", "windows-874"},
                                 {"koi8-r", "koi8-r"},
                                 {"koi8-u", "koi8-u"},
                                 {"macintosh", "macintosh"},
                                 {"gb2312", "gb18030"},
                                 {"gbk", "gb18030"},
                                 {"gb18030", "gb18030"},
                                 {"big5", "big5"},
                                 {"big5-hkscs", "big5-hkscs"},
                                 {"euc-jp", "euc-jp"},
                                 {"shift_jis", "ibm-943_P15A-2003"},
                                 {"shift-jis", "ibm-943_P15A-2003"},
                                 {"sjis", "ibm-943_P15A-2003"},
                                 {"iso-2022-jp", "iso-2022-jp"},
                                 {"euc-kr", "windows-949"},
                                 {"ks_c_5601-1987", "windows-949"}};

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};

constexpr size_t kUnits = 4096;

/// One buffer of UTF-16 with the offset of each unit in the source; `base`: the source's own offset.
void append_units(MarkedText& out, const UChar* units, const int32_t* offsets, size_t count, size_t base) {
  for (size_t i = 0; i < count; ++i) {
    uint32_t code_point = units[i];
    if (offsets[i] >= 0) out.at(base + static_cast<size_t>(offsets[i]));
    if ((code_point & 0xFC00) == 0xD800 && i + 1 < count && (units[i + 1] & 0xFC00) == 0xDC00) {
      code_point = 0x10000 + ((code_point & 0x3FF) << 10) + (units[++i] & 0x3FFu);
    }
    append_code_point(out.text(), code_point);
  }
}

}  // namespace

std::string known_charset(std::string_view declared) {
  std::string label(declared.substr(0, 32));
  std::transform(label.begin(), label.end(), label.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto found =
      std::find_if(std::begin(kCharsets), std::end(kCharsets), [&](const Charset& c) { return c.label == label; });
  return found == std::end(kCharsets) ? "" : std::string(found->converter);
}

Result<MarkedText> decode_charset(std::string_view bytes, const std::string& charset, size_t max_bytes) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, CloseConverter> converter(ucnv_open(charset.c_str(), &status));
  if (U_FAILURE(status)) {
    return Error(Code::unsupported, "no converter for this encoding").with("charset", charset);
  }
  MarkedText out(bytes.size());
  // No encoding makes more units than bytes; the rest is for a sequence begun in the window before.
  std::array<UChar, kUnits + 64> units;
  std::array<int32_t, kUnits + 64> offsets;
  const char* source = bytes.data();
  const char* const end = source + bytes.size();
  do {
    // Windows of the source keep ICU's 32-bit offsets small; only the last call flushes.
    const char* const begin = source;
    const char* const window = begin + std::min<size_t>(static_cast<size_t>(end - begin), kUnits);
    UChar* target = units.data();
    status = U_ZERO_ERROR;
    ucnv_toUnicode(converter.get(), &target, units.data() + units.size(), &source, window, offsets.data(),
                   window == end, &status);
    if (U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR) {
      return Error(Code::corrupt, "the text does not decode").with("charset", charset);
    }
    append_units(out, units.data(), offsets.data(), static_cast<size_t>(target - units.data()),
                 static_cast<size_t>(begin - bytes.data()));
    if (out.text().size() > max_bytes) {
      return Error(Code::too_long, "the text is too long").with("bytes", out.text().size()).with("limit", max_bytes);
    }
  } while (source != end || status == U_BUFFER_OVERFLOW_ERROR);
  return out;
}

}  // namespace vicinal::read
