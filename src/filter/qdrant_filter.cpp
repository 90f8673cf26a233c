#include "filter/qdrant_filter.h"

#include <algorithm>
#include <array>

namespace vicinal::filter {
namespace {

using base::Json;
using Kind = Condition::Kind;

Error refused(std::string what, const std::string& where) {
  return Error(Code::invalid_argument, "the filter cannot be read: " + std::move(what)).with("where", where);
}

Condition contains(const std::string& field, std::string text) {
  return {.kind = Kind::contains, .field = field, .text = std::move(text)};
}

/// Members other than these are refused: a condition that is not understood must not be passed over.
Result<> check_members(const Json& json, std::span<const std::string_view> known, const std::string& where) {
  if (!json.object()) return refused("expected an object", where);
  for (const auto& [name, value] : *json.object()) {
    if (std::ranges::find(known, name) == known.end())
      return refused("unknown or unsupported key `" + name + "`", where);
  }
  return {};
}

/// "tags[]" names the elements of an array; fields go through arrays anyway.
std::string field_name(std::string name) {
  for (size_t at = name.find("[]"); at != std::string::npos; at = name.find("[]")) name.erase(at, 2);
  return name;
}

/// "a[0]" or "a.\"b\"": forms of Qdrant's paths that have no equal here.
bool names_place(std::string_view key) {
  for (size_t at = key.find('['); at != std::string_view::npos; at = key.find('[', at + 1))
    if (!key.substr(at).starts_with("[]")) return true;
  return key.find('"') != std::string_view::npos;
}

Result<std::vector<Value>> values_of(const Json& json, const std::string& where) {
  std::vector<Value> values;
  const Json::Array* array = json.array();
  if (array == nullptr) return refused("expected an array of values", where);
  for (const Json& element : *array) {
    auto value = scalar(element);
    if (!value) return refused("expected texts, numbers or booleans", where);
    values.push_back(std::move(*value));
  }
  return values;
}

Result<Condition> match(const std::string& field, const Json& json, const std::string& where) {
  static constexpr std::array<std::string_view, 6> kKnown = {"value", "any", "except", "text", "text_any", "phrase"};
  VICINAL_TRY_VOID(check_members(json, kKnown, where));
  if (json.object()->size() != 1)
    return refused("a match has one of value, any, except, text, text_any, phrase", where);
  const auto& [how, what] = json.object()->front();
  Condition out{.kind = Kind::equals, .field = field};
  if (how == "value") {
    auto value = scalar(what);
    if (!value) return refused("expected a text, a number or a boolean", where + ".value");
    out.values.push_back(std::move(*value));
    return out;
  }
  if (how == "any" || how == "except") {
    VICINAL_TRY(out.values, values_of(what, where + "." + how));
    return how == "any" ? std::move(out) : negation(std::move(out));
  }
  if (what.string() == nullptr) return refused("expected a text", where + "." + how);
  if (how != "text_any") return contains(field, *what.string());
  Condition any{.kind = Kind::any};
  const std::string& text = *what.string();
  for (size_t at = 0; (at = text.find_first_not_of(' ', at)) != std::string::npos;) {
    const size_t end = std::min(text.find(' ', at), text.size());
    any.parts.push_back(contains(field, text.substr(at, end - at)));
    at = end;
  }
  return any;
}

Result<Range> range_of(const Json& json, const std::string& where) {
  static constexpr std::array<std::string_view, 4> kKnown = {"gt", "gte", "lt", "lte"};
  VICINAL_TRY_VOID(check_members(json, kKnown, where));
  Range range;
  bool numbers = false;
  for (const auto& [name, value] : *json.object()) {
    if (value.is_null()) continue;
    auto& bound = name == "gt" ? range.gt : name == "gte" ? range.gte : name == "lt" ? range.lt : range.lte;
    if (const std::string* text = value.string()) {
      bound = timestamp(*text);
      range.dates = true;
    } else {
      bound = value.exact_number();
      numbers = true;
    }
    if (!bound) return refused("expected a number or an RFC 3339 timestamp", where + "." + name);
  }
  if (numbers && range.dates) return refused("numbers and timestamps in one range", where);
  return range;
}

/// `depth`: levels that may still follow.
class QdrantReader {
 public:
  Result<Condition> filter(const Json& json, const std::string& where, size_t depth) {
    static constexpr std::array<std::string_view, 4> kKnown = {"must", "should", "must_not", "min_should"};
    VICINAL_TRY_VOID(check_members(json, kKnown, where));
    if (depth == 0) return refused("more than 32 levels", where);
    Condition out{.kind = Kind::all};
    VICINAL_TRY(out.parts, conditions(json["must"], where + ".must", depth));
    VICINAL_TRY(auto none, conditions(json["must_not"], where + ".must_not", depth));
    for (Condition& condition : none) out.parts.push_back(negation(std::move(condition)));
    Condition should{.kind = Kind::any};
    VICINAL_TRY(should.parts, conditions(json["should"], where + ".should", depth));
    if (!should.parts.empty()) out.parts.push_back(std::move(should));
    if (json.has("min_should")) {
      VICINAL_TRY(Condition least, min_should(json["min_should"], where + ".min_should", depth));
      out.parts.push_back(std::move(least));
    }
    return out;
  }

 private:
  Result<Condition> min_should(const Json& json, const std::string& where, size_t depth) {
    static constexpr std::array<std::string_view, 2> kKnown = {"conditions", "min_count"};
    VICINAL_TRY_VOID(check_members(json, kKnown, where));
    const auto least = json["min_count"].integer();
    if (!least || *least < 0) return refused("expected a number of conditions", where + ".min_count");
    Condition out{.kind = Kind::at_least, .least = static_cast<size_t>(*least)};
    VICINAL_TRY(out.parts, conditions(json["conditions"], where + ".conditions", depth));
    return out;
  }

  Result<std::vector<Condition>> conditions(const Json& json, const std::string& where, size_t depth) {
    std::vector<Condition> out;
    if (json.is_null()) return out;
    if (json.array() == nullptr) {
      VICINAL_TRY(Condition only, condition(json, where, depth - 1));
      out.push_back(std::move(only));
      return out;
    }
    for (size_t i = 0; i < json.array()->size(); ++i) {
      VICINAL_TRY(Condition next, condition((*json.array())[i], where + "[" + std::to_string(i) + "]", depth - 1));
      out.push_back(std::move(next));
    }
    return out;
  }

  Result<Condition> condition(const Json& json, const std::string& where, size_t depth) {
    if (!json.object()) return refused("expected an object", where);
    if (json.has("key")) return field_condition(json, where);
    for (const std::string_view name : {"nested", "has_id", "is_empty", "is_null"}) {
      if (!json.has(name)) continue;
      VICINAL_TRY_VOID(check_members(json, {&name, 1}, where));
      const std::string inside = where + "." + std::string(name);
      if (name == "nested") return nested(json[name], inside, depth);
      return name == "has_id" ? has_id(json[name], inside) : empty_or_null(name, json[name], inside);
    }
    return filter(json, where, depth);
  }

  static Result<Condition> field_condition(const Json& json, const std::string& where) {
    static constexpr std::array<std::string_view, 6> kKnown = {"key",          "match",    "range",
                                                               "values_count", "is_empty", "is_null"};
    VICINAL_TRY_VOID(check_members(json, kKnown, where));
    const std::string* key = json["key"].string();
    if (key == nullptr || key->empty()) return refused("expected the name of a field", where + ".key");
    if (names_place(*key))
      return refused("a place in an array (a[0]) and quoted names are not supported", where + ".key");
    const std::string field = field_name(*key);
    Condition out{.kind = Kind::all};
    if (json.has("match")) {
      VICINAL_TRY(Condition part, match(field, json["match"], where + ".match"));
      out.parts.push_back(std::move(part));
    }
    for (const auto& [name, kind] : {std::pair("range", Kind::range), std::pair("values_count", Kind::values_count)}) {
      if (!json.has(name)) continue;
      Condition part{.kind = kind, .field = field};
      VICINAL_TRY(part.range, range_of(json[name], where + "." + name));
      out.parts.push_back(std::move(part));
    }
    for (const char* name : {"is_empty", "is_null"}) {
      if (!json.has(name)) continue;
      const auto wanted = json[name].boolean();
      if (!wanted) return refused("expected true or false", where + "." + name);
      out.parts.push_back(empty_or_null(name, field, *wanted));
    }
    if (out.parts.empty()) return refused("expected match, range, values_count, is_empty or is_null", where);
    return out.parts.size() == 1 ? std::move(out.parts[0]) : std::move(out);
  }

  static Condition empty_or_null(std::string_view name, const std::string& field, bool wanted) {
    const bool empty = name == "is_empty";
    Condition out{.kind = empty ? Kind::exists : Kind::is_null, .field = field};
    return empty == wanted ? negation(std::move(out)) : std::move(out);
  }

  static Result<Condition> empty_or_null(std::string_view name, const Json& json, const std::string& where) {
    static constexpr std::array<std::string_view, 1> kKnown = {"key"};
    VICINAL_TRY_VOID(check_members(json, kKnown, where));
    const std::string* key = json["key"].string();
    if (key == nullptr) return refused("expected {\"key\": a field}", where);
    return empty_or_null(name, field_name(*key), true);
  }

  static Result<Condition> has_id(const Json& json, const std::string& where) {
    Condition out{.kind = Kind::equals, .field = "id"};
    VICINAL_TRY(out.values, values_of(json, where));
    for (Value& value : out.values) {
      const Number* number = std::get_if<Number>(&value);
      if (number == nullptr) continue;
      const bool fits = *number >= 0 && *number <= 18446744073709551615.0L;
      if (!fits || *number != static_cast<Number>(static_cast<uint64_t>(*number)))
        return refused("expected ids: texts or whole numbers from 0", where);
      value = std::to_string(static_cast<uint64_t>(*number));
    }
    return out;
  }

  Result<Condition> nested(const Json& json, const std::string& where, size_t depth) {
    static constexpr std::array<std::string_view, 2> kKnown = {"key", "filter"};
    VICINAL_TRY_VOID(check_members(json, kKnown, where));
    const std::string* key = json["key"].string();
    if (key == nullptr) return refused("expected the name of a field", where + ".key");
    Condition out{.kind = Kind::nested, .field = field_name(*key)};
    VICINAL_TRY(Condition inner, filter(json["filter"], where + ".filter", depth - 1));
    out.parts.push_back(std::move(inner));
    return out;
  }
};

}  // namespace

Result<Condition> parse_qdrant_filter(std::string_view text) {
  auto json = Json::parse(text, kMaxFilterBytes);
  if (!json) return refused(json.error().message(), "filter");
  return QdrantReader().filter(*json, "filter", kMaxFilterDepth);
}

}  // namespace vicinal::filter
