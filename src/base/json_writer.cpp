#include <charconv>
#include <cmath>

#include "base/json.h"

namespace vicinal::base {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

template <class Number>
void append_number(std::string& out, Number value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

template <class Float>
void append_float(std::string& out, Float value) {
  if (!std::isfinite(value)) {
    out += "null";
  } else if (value == 0 && std::signbit(value)) {
    out += "-0.0";  // "-0" is read back as the integer 0, which has no sign
  } else {
    append_number(out, value);
  }
}

void append_escape(std::string& out, char byte) {
  constexpr std::string_view kShort = "\bb\ff\nn\rr\tt\"\"\\\\";  // byte, letter after the backslash
  for (size_t i = 0; i < kShort.size(); i += 2) {
    if (kShort[i] != byte) continue;
    out.append({'\\', kShort[i + 1]});
    return;
  }
  constexpr char kHex[] = "0123456789abcdef";
  out.append({'\\', 'u', '0', '0', kHex[(byte >> 4) & 15], kHex[byte & 15]});
}

std::string repaired(std::string_view bytes) {
  std::string text;
  for (size_t at = 0; at < bytes.size();) {
    const size_t length = utf8_sequence(bytes.substr(at));
    text += length == 0 ? kReplacement : bytes.substr(at, length);
    at += length == 0 ? 1 : length;
  }
  return text;
}

/// REQUIRES: valid UTF-8.
void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  size_t copied = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) >= 0x20 && text[i] != '"' && text[i] != '\\') continue;
    out += text.substr(copied, i - copied);
    append_escape(out, text[i]);
    copied = i + 1;
  }
  out += text.substr(copied);
  out.push_back('"');
}

}  // namespace

void JsonWriter::separate() {
  if (needs_comma_) text_.push_back(',');
  needs_comma_ = true;
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  text_.push_back('{');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  text_.push_back('}');
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  separate();
  text_.push_back('[');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  text_.push_back(']');
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  string(name);
  text_.push_back(':');
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view value) {
  separate();
  if (valid_utf8(value)) {
    append_quoted(text_, value);
  } else {
    append_quoted(text_, repaired(value));
  }
  return *this;
}

JsonWriter& JsonWriter::number(int64_t value) {
  separate();
  append_number(text_, value);
  return *this;
}

JsonWriter& JsonWriter::number(uint64_t value) {
  separate();
  append_number(text_, value);
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  separate();
  append_float(text_, value);
  return *this;
}

JsonWriter& JsonWriter::number(float value) {
  separate();
  append_float(text_, value);
  return *this;
}

JsonWriter& JsonWriter::floats(std::span<const float> values) {
  begin_array();
  for (float value : values) number(value);
  return end_array();
}

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  text_ += json;
  return *this;
}

}  // namespace vicinal::base
