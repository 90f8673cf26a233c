#pragma once
/// JSON: a tree to read, a writer to print. Numbers keep 64-bit integers apart from doubles; object members
/// keep their order. Reading is hostile-proof: size and depth are bounded, UTF-8 is checked, the error says where.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"

namespace vicinal::base {

class JsonWriter;

/// One value. Cheap to move, expensive to copy. Getters return null/empty/nullopt on another type, so that a
/// chain of lookups needs one test at its end.
class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;

  Json() = default;  ///< null
  explicit Json(bool value) : value_(value) {}
  explicit Json(int64_t value) : value_(value) {}
  explicit Json(uint64_t value) : value_(value) {}  ///< only for integers above the range of int64_t
  explicit Json(double value) : value_(value) {}
  explicit Json(std::string value) : value_(std::move(value)) {}
  explicit Json(Array value) : value_(std::move(value)) {}
  explicit Json(Object value) : value_(std::move(value)) {}

  /// One document of at most `max_bytes` and 64 levels. corrupt with the parser's reason.
  static Result<Json> parse(std::string_view text, size_t max_bytes = size_t{1} << 30);

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_number() const;

  /// The member, or a null value when absent or when this is no object. The last of equal names wins.
  const Json& operator[](std::string_view member) const;
  bool has(std::string_view member) const;

  const Array* array() const { return std::get_if<Array>(&value_); }
  const Object* object() const { return std::get_if<Object>(&value_); }
  Object* object() { return std::get_if<Object>(&value_); }
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  std::optional<bool> boolean() const;
  std::optional<double> number() const;
  std::optional<int64_t> integer() const;  ///< also of a double without a fraction
  /// Integers of 64 bits and doubles alike, without rounding: x86-64's long double has 64 bits of mantissa.
  std::optional<long double> exact_number() const;

  std::string string_or(std::string_view fallback) const;
  int64_t integer_or(int64_t fallback) const { return integer().value_or(fallback); }
  double number_or(double fallback) const { return number().value_or(fallback); }
  bool boolean_or(bool fallback) const { return boolean().value_or(fallback); }

  /// Compact text; parse(dump()) gives the same value.
  std::string dump() const;

 private:
  void write(JsonWriter& out) const;
  void write_scalar(JsonWriter& out) const;
  std::variant<std::monostate, bool, int64_t, uint64_t, double, std::string, Array, Object> value_;
};

/// Writes JSON into a string it owns. Commas and quoting are the writer's concern; order is the caller's.
///
///     JsonWriter out;
///     out.begin_object().key("hits").begin_array().number(1).end_array().end_object();
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  /// Invalid UTF-8 becomes U+FFFD, so the output is always valid JSON.
  JsonWriter& string(std::string_view value);
  JsonWriter& number(int64_t value);
  JsonWriter& number(uint64_t value);
  JsonWriter& number(int value) { return number(static_cast<int64_t>(value)); }
  JsonWriter& number(double value);  ///< shortest form that reads back equal; NaN and infinities become null
  JsonWriter& number(float value);   ///< shortest form that reads back equal as float
  JsonWriter& floats(std::span<const float> values);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  /// Text that is JSON already, for example stored metadata.
  JsonWriter& raw(std::string_view json);

  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  void separate();
  std::string text_;
  bool needs_comma_ = false;
};

/// True if the bytes are valid UTF-8; else `*bad_offset` (may be null) is the first offending byte.
bool valid_utf8(std::string_view bytes, size_t* bad_offset = nullptr);

/// Length (1 to 4) of the valid UTF-8 sequence that `bytes` begins with; 0 if it begins with none.
size_t utf8_sequence(std::string_view bytes);

}  // namespace vicinal::base
