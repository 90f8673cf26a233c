#include "base/json.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>

namespace vicinal::base {
namespace {

constexpr size_t kMaxDepth = 64;

Json to_tree(const simdjson::dom::element& element);

Json to_tree(const simdjson::dom::array& array) {
  Json::Array values;
  values.reserve(array.size());
  for (const simdjson::dom::element value : array) values.push_back(to_tree(value));
  return Json(std::move(values));
}

Json to_tree(const simdjson::dom::object& object) {
  Json::Object members;
  members.reserve(object.size());
  for (const auto& member : object) members.emplace_back(std::string(member.key), to_tree(member.value));
  return Json(std::move(members));
}

/// Recursion is bounded by the parser's depth limit. The unsafe getters cannot fail: the type was just asked for.
Json to_tree(const simdjson::dom::element& element) {
  using Type = simdjson::dom::element_type;
  switch (element.type()) {
    case Type::ARRAY:
      return to_tree(element.get_array().value_unsafe());
    case Type::OBJECT:
      return to_tree(element.get_object().value_unsafe());
    case Type::INT64:
      return Json(element.get_int64().value_unsafe());
    case Type::UINT64:
      return Json(element.get_uint64().value_unsafe());
    case Type::DOUBLE:
      return Json(element.get_double().value_unsafe());
    case Type::STRING:
      return Json(std::string(element.get_string().value_unsafe()));
    case Type::BOOL:
      return Json(element.get_bool().value_unsafe());
    case Type::NULL_VALUE:
      break;
  }
  return Json();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class Integer>
bool overflows(std::string_view digits) {
  Integer value = 0;
  return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc::result_out_of_range;
}

/// Integers over 64 bits are legal JSON (published tokenizer configs hold 10^30 for "no limit"), but the parser
/// refuses them; with a fraction they are doubles. `at` is the first byte of a number; returns its end.
size_t append_as_double(std::string_view text, size_t at, std::string& out) {
  const size_t begin = at;
  if (text[at] == '-') ++at;
  while (at < text.size() && is_digit(text[at])) ++at;
  const std::string_view integer = text.substr(begin, at - begin);
  const bool whole = at == text.size() || (text[at] != '.' && text[at] != 'e' && text[at] != 'E');
  out += integer;
  if (whole && overflows<int64_t>(integer) && (integer[0] == '-' || overflows<uint64_t>(integer))) out += ".0";
  return at;
}

/// End of the string whose opening quote is at `at`.
size_t string_end(std::string_view text, size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

std::string with_long_integers_as_doubles(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 64);
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '-' || is_digit(text[at])) {
      at = append_as_double(text, at, out);
      // A fraction or exponent must not be taken for another number.
      while (at < text.size() && (is_digit(text[at]) || std::string_view(".eE+-").contains(text[at])))
        out += text[at++];
      continue;
    }
    const size_t end = text[at] == '"' ? string_end(text, at) : at + 1;
    out += text.substr(at, end - at);
    at = end;
  }
  return out;
}

Error parse_error(std::string_view text, simdjson::error_code code) {
  Error error(Code::corrupt, "not valid JSON");
  error.with("reason", simdjson::error_message(code)).with("bytes", text.size());
  if (size_t bad = 0; !valid_utf8(text, &bad)) error.with("offset", bad);
  return error;
}

constexpr size_t kShortJson = size_t{16} << 10;

/// For short texts, one a thread: making a parser costs more than they do. Keeps about 300 KB.
class ShortParser {
 public:
  ShortParser() : code_(parser_.allocate(kShortJson, kMaxDepth + 1)) {}

  /// REQUIRES: at most kShortJson bytes.
  Result<Json> parse(std::string_view text, simdjson::error_code& code) {
    code = code_;
    if (code) return parse_error(text, code);
    std::ranges::copy(text, padded_.begin());
    std::fill_n(padded_.begin() + static_cast<ptrdiff_t>(text.size()), simdjson::SIMDJSON_PADDING, '\0');
    simdjson::dom::element root;
    code = parser_.parse(padded_.data(), text.size(), false).get(root);
    if (code) return parse_error(text, code);
    return to_tree(root);
  }

 private:
  simdjson::dom::parser parser_;
  simdjson::error_code code_;
  std::array<char, kShortJson + simdjson::SIMDJSON_PADDING> padded_;
};

Result<Json> parse_once(std::string_view text, simdjson::error_code& code) {
  if (text.size() <= kShortJson) {
    thread_local const auto parser = std::make_unique<ShortParser>();
    return parser->parse(text, code);
  }
  simdjson::dom::parser parser;
  code = parser.allocate(text.size(), kMaxDepth + 1);
  if (code) return parse_error(text, code);
  const simdjson::padded_string padded(text);
  simdjson::dom::element root;
  code = parser.parse(padded).get(root);
  if (code) return parse_error(text, code);
  return to_tree(root);
}

template <class Value>
std::optional<Value> copy(const Value* value) {
  return value == nullptr ? std::nullopt : std::optional<Value>(*value);
}

void write_number(double value, JsonWriter& out) {
  // "1.0", not "1": a double stays a double when it is read back.
  JsonWriter digits;
  std::string text = digits.number(value).take();
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  out.raw(text);
}

}  // namespace

Result<Json> Json::parse(std::string_view text, size_t max_bytes) {
  if (text.size() > max_bytes) {
    return Error(Code::corrupt, "JSON text is too large").with("bytes", text.size()).with("limit", max_bytes);
  }
  auto code = simdjson::SUCCESS;
  Result<Json> result = parse_once(text, code);
  if (code != simdjson::NUMBER_ERROR) return result;
  const std::string rewritten = with_long_integers_as_doubles(text);
  if (rewritten.size() == text.size()) return result;
  Result<Json> second = parse_once(rewritten, code);
  return second ? std::move(second) : std::move(result);
}

bool Json::is_number() const {
  return std::holds_alternative<int64_t>(value_) || std::holds_alternative<uint64_t>(value_) ||
         std::holds_alternative<double>(value_);
}

const Json& Json::operator[](std::string_view member) const {
  static const Json none;
  const Object* members = object();
  if (members == nullptr) return none;
  for (auto it = members->rbegin(); it != members->rend(); ++it) {
    if (it->first == member) return it->second;
  }
  return none;
}

bool Json::has(std::string_view member) const {
  const Object* members = object();
  if (members == nullptr) return false;
  return std::any_of(members->begin(), members->end(), [&](const auto& each) { return each.first == member; });
}

std::optional<bool> Json::boolean() const { return copy(std::get_if<bool>(&value_)); }

std::optional<double> Json::number() const {
  if (const auto* value = std::get_if<int64_t>(&value_)) return static_cast<double>(*value);
  if (const auto* value = std::get_if<uint64_t>(&value_)) return static_cast<double>(*value);
  return copy(std::get_if<double>(&value_));
}

std::optional<long double> Json::exact_number() const {
  static_assert(std::numeric_limits<long double>::digits >= 64);
  if (const auto* value = std::get_if<int64_t>(&value_)) return static_cast<long double>(*value);
  if (const auto* value = std::get_if<uint64_t>(&value_)) return static_cast<long double>(*value);
  if (const auto* value = std::get_if<double>(&value_)) return static_cast<long double>(*value);
  return std::nullopt;
}

std::optional<int64_t> Json::integer() const {
  if (const auto* value = std::get_if<int64_t>(&value_)) return *value;
  const auto* real = std::get_if<double>(&value_);
  // 2^63 is a double, the largest int64_t is not: the range is half open.
  if (real == nullptr || *real != std::floor(*real) || *real < -0x1p63 || *real >= 0x1p63) return std::nullopt;
  return static_cast<int64_t>(*real);
}

std::string Json::string_or(std::string_view fallback) const {
  const std::string* value = string();
  return value == nullptr ? std::string(fallback) : *value;
}

std::string Json::dump() const {
  JsonWriter out;
  write(out);
  return out.take();
}

void Json::write(JsonWriter& out) const {
  if (const Object* members = object()) {
    out.begin_object();
    for (const auto& [name, value] : *members) value.write(out.key(name));
    out.end_object();
  } else if (const Array* values = array()) {
    out.begin_array();
    for (const Json& value : *values) value.write(out);
    out.end_array();
  } else {
    write_scalar(out);
  }
}

void Json::write_scalar(JsonWriter& out) const {
  if (const std::string* text = string()) {
    out.string(*text);
  } else if (const bool* flag = std::get_if<bool>(&value_)) {
    out.boolean(*flag);
  } else if (const int64_t* whole = std::get_if<int64_t>(&value_)) {
    out.number(*whole);
  } else if (const uint64_t* large = std::get_if<uint64_t>(&value_)) {
    out.number(*large);
  } else if (const double* real = std::get_if<double>(&value_)) {
    write_number(*real, out);
  } else {
    out.null();
  }
}

}  // namespace vicinal::base
