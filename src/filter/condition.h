#pragma once
/// What a filter asks of a document: a tree of conditions.
///
/// A field is a path into the metadata, names joined by dots ("author.name"). Arrays on the way and at its end are
/// gone through: a condition on a field holds when it holds for any of the field's values ("tags = x" of
/// {"tags":["x","y"]}). `id`, `path` and `title` are the document's own; where the document has none (rows have no
/// path), the metadata's. A document without the field fulfils no condition on it but `is_empty` and negations.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "filter/value.h"

namespace vicinal::filter {

/// An interval of numbers, or of seconds since the epoch where `dates`: then strings that are timestamps are compared.
struct Range {
  std::optional<Number> gt, gte, lt, lte;
  bool dates = false;

  bool operator==(const Range&) const = default;
  bool holds(Number value) const {
    return (!gt || value > *gt) && (!gte || value >= *gte) && (!lt || value < *lt) && (!lte || value <= *lte);
  }
};

struct Condition {
  enum class Kind : uint8_t {
    all,           ///< of `parts`; holds when there are none
    any,           ///< of `parts`
    at_least,      ///< `least` of `parts`
    negation,      ///< of parts[0]
    equals,        ///< one of `values`
    range,         ///< a value in `range`
    exists,        ///< a value that is not null
    is_null,       ///< a value that is null
    glob,          ///< a string that matches the path pattern `text` (*, **, ?, [a-z])
    contains,      ///< a string with `text` in it, byte for byte
    prefix,        ///< a string that begins with `text`
    values_count,  ///< the number of values is in `range`
    nested         ///< one element of the field's array fulfils parts[0], whose fields begin at the element
  };
  Kind kind = Kind::all;
  std::vector<Condition> parts;
  std::string field;
  std::vector<Value> values;
  Range range;
  std::string text;
  size_t least = 0;

  bool operator==(const Condition&) const = default;
  /// True of the condition that every document fulfils: nothing was asked.
  bool holds_for_all() const { return kind == Kind::all && parts.empty(); }
};

/// Holds where `condition` does not.
Condition negation(Condition condition);

inline constexpr size_t kMaxFilterBytes = size_t{1} << 20;
inline constexpr size_t kMaxFilterDepth = 32;
inline constexpr size_t kMaxConditions = 1024;  ///< each may need an attribute index of its own

/// A filter as a person or a program writes it: Qdrant's JSON where it begins with a brace (qdrant_filter.h), else the
/// short form (expression.h). Empty text holds for all. invalid_argument says where and what was expected.
Result<Condition> parse_filter(std::string_view text);

/// The filter in the short form, for people: `lang = "de" and not (year < 2020)`.
std::string to_string(const Condition& condition);

}  // namespace vicinal::filter
