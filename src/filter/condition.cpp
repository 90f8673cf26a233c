#include "filter/condition.h"

#include "filter/expression.h"
#include "filter/qdrant_filter.h"
#include "filter/tokens.h"

namespace vicinal::filter {
namespace {

using Kind = Condition::Kind;

std::string number_text(Number number) {
  base::JsonWriter out;
  const bool fits = number >= -9.2e18L && number <= 9.2e18L;
  const int64_t integer = fits ? static_cast<int64_t>(number) : 0;
  const bool whole = fits && static_cast<Number>(integer) == number;
  return (whole ? out.number(integer) : out.number(static_cast<double>(number))).take();
}

std::string quoted(std::string_view text) {
  base::JsonWriter out;
  return out.string(text).take();
}

/// A field as the short form reads it.
std::string name_text(const std::string& field) { return is_word(field) ? field : quoted(field); }

std::string value_text(const Value& value) {
  if (const bool* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  if (const Number* number = std::get_if<Number>(&value)) return number_text(*number);
  return quoted(std::get<std::string>(value));
}

std::string values_text(const std::vector<Value>& values) {
  if (values.size() == 1) return " = " + value_text(values[0]);
  std::string out = " in (";
  for (size_t i = 0; i < values.size(); ++i) out += (i > 0 ? ", " : "") + value_text(values[i]);
  return out + ")";
}

std::string range_text(const std::string& field, const Range& range) {
  std::string out;
  const auto bound = [&](const char* sign, const std::optional<Number>& value) {
    if (!value) return;
    out += (out.empty() ? "" : " and ") + field + sign + number_text(*value) + (range.dates ? "s" : "");
  };
  bound(" > ", range.gt);
  bound(" >= ", range.gte);
  bound(" < ", range.lt);
  bound(" <= ", range.lte);
  return out.empty() ? field + " exists" : out;
}

std::string joined(const std::vector<Condition>& parts, const char* word) {
  std::string out;
  for (const Condition& part : parts) {
    const bool group = (part.kind == Kind::all || part.kind == Kind::any) && part.parts.size() > 1;
    out += (out.empty() ? "" : word) + (group ? "(" + to_string(part) + ")" : to_string(part));
  }
  return out;
}

size_t leaves(const Condition& condition) {
  size_t count = condition.parts.empty() ? 1 : 0;
  for (const Condition& part : condition.parts) count += leaves(part);
  return count;
}

}  // namespace

Condition negation(Condition condition) {
  Condition out{.kind = Kind::negation};
  out.parts.push_back(std::move(condition));
  return out;
}

Result<Condition> parse_filter(std::string_view text) {
  if (text.size() > kMaxFilterBytes)
    return Error(Code::invalid_argument, "the filter is too long")
        .with("bytes", text.size())
        .with("most", kMaxFilterBytes);
  const size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return Condition{};
  auto condition = text[start] == '{' ? parse_qdrant_filter(text) : parse_expression(text);
  if (condition && leaves(*condition) > kMaxConditions)
    return Error(Code::invalid_argument, "the filter has too many conditions")
        .with("most", kMaxConditions)
        .with("fix", "many values of one field are one condition: field in (a, b, …)");
  return condition;
}

std::string to_string(const Condition& c) {
  switch (c.kind) {
    case Kind::all:
      return c.parts.empty() ? "true" : joined(c.parts, " and ");
    case Kind::any:
      return c.parts.empty() ? "false" : joined(c.parts, " or ");
    case Kind::at_least:
      return std::to_string(c.least) + " of (" + joined(c.parts, ", ") + ")";
    case Kind::negation:
      return "not (" + to_string(c.parts[0]) + ")";
    case Kind::equals:
      return name_text(c.field) + values_text(c.values);
    case Kind::range:
      return range_text(name_text(c.field), c.range);
    case Kind::exists:
      return name_text(c.field) + " exists";
    case Kind::is_null:
      return name_text(c.field) + " is null";
    case Kind::glob:
      return name_text(c.field) + " ~ " + quoted(c.text);
    case Kind::contains:
      return name_text(c.field) + " contains " + quoted(c.text);
    case Kind::prefix:
      return name_text(c.field) + " prefix " + quoted(c.text);
    case Kind::values_count:
      return range_text("count(" + name_text(c.field) + ")", c.range);
    case Kind::nested:
      return name_text(c.field) + " has (" + to_string(c.parts[0]) + ")";
  }
  return {};
}

}  // namespace vicinal::filter
