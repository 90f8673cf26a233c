#include "filter/matcher.h"

#include <algorithm>
#include <unordered_map>

namespace vicinal::filter {
namespace {

using base::Json;
using Kind = Condition::Kind;

void visit_leaves(const Json& json, const VisitValue& visit) {
  if (json.array() == nullptr) return visit(json);
  for (const Json& element : *json.array()) visit_leaves(element, visit);
}

/// Values below `json` at the path `rest`, through arrays. A member whose own name has dots comes before its parts.
void visit_path(const Json& json, std::string_view rest, const VisitValue& visit) {
  if (json.array() != nullptr) {
    for (const Json& element : *json.array()) visit_path(element, rest, visit);
    return;
  }
  if (!json.is_object()) return;
  if (json.has(rest)) return visit(json[rest]);
  const size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return;
  visit_path(json[rest.substr(0, dot)], rest.substr(dot + 1), visit);
}

/// The document's own id, path or title; null where the field is another or the document has none.
std::string_view own_value(const FilteredDocument& document, std::string_view field) {
  if (field == "id") return document.id;
  if (field == "path") return document.path;
  if (field == "title") return document.title;
  return {};
}

bool any_value(const FilteredDocument& document, std::string_view field, const std::function<bool(const Json&)>& test) {
  bool found = false;
  for_each_value(document, field, [&](const Json& value) { found = found || test(value); });
  return found;
}

/// The values where the field is an array, 1 for another value, 0 for null and nothing.
Number count_values(const FilteredDocument& document, std::string_view field) {
  size_t count = 0;
  for_each_value(document, field, [&](const Json& value) { count += value.is_null() ? 0 : 1; });
  return static_cast<Number>(count);
}

bool in_range(const Range& range, const Json& value) {
  const auto number = value.string() != nullptr ? (range.dates ? timestamp(*value.string()) : std::nullopt)
                                                : (range.dates ? std::nullopt : value.exact_number());
  return number && range.holds(*number);
}

}  // namespace

void for_each_value(const FilteredDocument& document, std::string_view field, const VisitValue& visit) {
  const std::string_view own = own_value(document, field);
  if (!own.empty()) return visit(Json(std::string(own)));
  if (document.metadata == nullptr) return;
  visit_path(*document.metadata, field, [&](const Json& value) { visit_leaves(value, visit); });
}

bool TextTest::operator()(std::string_view text) const {
  if (condition_.kind == Kind::contains) return text.find(condition_.text) != std::string_view::npos;
  if (condition_.kind == Kind::prefix) return text.starts_with(condition_.text);
  return glob_.matches(text);
}

/// The conditions of a tree held against documents, with the tests of its texts made once.
class Matcher::Tests {
 public:
  explicit Tests(const Condition& condition) { collect(condition); }

  bool matches(const Condition& c, const FilteredDocument& document) const {
    const auto holds = [&](const Condition& part) { return matches(part, document); };
    switch (c.kind) {
      case Kind::all:
        return std::ranges::all_of(c.parts, holds);
      case Kind::any:
        return std::ranges::any_of(c.parts, holds);
      case Kind::at_least:
        return static_cast<size_t>(std::ranges::count_if(c.parts, holds)) >= c.least;
      case Kind::negation:
        return !holds(c.parts[0]);
      case Kind::equals:
        return any_value(document, c.field, [&](const Json& json) {
          const auto value = scalar(json);
          return value && std::ranges::find(c.values, *value) != c.values.end();
        });
      case Kind::range:
        return any_value(document, c.field, [&](const Json& json) { return in_range(c.range, json); });
      case Kind::exists:
        return any_value(document, c.field, [](const Json& json) { return !json.is_null(); });
      case Kind::is_null:
        return any_value(document, c.field, [](const Json& json) { return json.is_null(); });
      case Kind::glob:
      case Kind::contains:
      case Kind::prefix:
        return any_text(document, c);
      case Kind::values_count:
        return c.range.holds(count_values(document, c.field));
      case Kind::nested:
        return element_matches(c, document);
    }
    return false;
  }

 private:
  void collect(const Condition& condition) {
    if (condition.kind == Kind::glob || condition.kind == Kind::contains || condition.kind == Kind::prefix)
      texts_.emplace(&condition, condition);
    for (const Condition& part : condition.parts) collect(part);
  }

  bool any_text(const FilteredDocument& document, const Condition& condition) const {
    const TextTest& test = texts_.at(&condition);
    return any_value(document, condition.field,
                     [&](const Json& json) { return json.string() != nullptr && test(*json.string()); });
  }

  bool element_matches(const Condition& condition, const FilteredDocument& document) const {
    bool found = false;
    const auto test = [&](const Json& element) {
      if (!element.is_object() || found) return;
      found = matches(condition.parts[0], {.id = {}, .path = {}, .title = {}, .metadata = &element});
    };
    for_each_value(document, condition.field, test);
    return found;
  }

  std::unordered_map<const Condition*, TextTest> texts_;
};

Matcher::Matcher(const Condition& condition) : condition_(&condition), tests_(std::make_unique<Tests>(condition)) {}
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher::~Matcher() = default;

bool Matcher::operator()(const FilteredDocument& document) const { return tests_->matches(*condition_, document); }

bool matches(const Condition& condition, const FilteredDocument& document) { return Matcher(condition)(document); }

}  // namespace vicinal::filter
