#pragma once
/// The short form of a filter, for a command line.
///
///     lang = "de" and year >= 2020 and path ~ "docs/**"
///     not (status in (draft, deleted)) or author.name exists
///
///     either  := both ("or" both)*           both := one ("and" one)*
///     one     := "not" one | "(" either ")" | field test
///     test    := ("=" | "==" | "!=" | "<" | "<=" | ">" | ">=") value
///              | ("~" | "!~") value | ("contains" | "prefix") value
///              | ["not"] "in" "(" value ("," value)* ")" | "exists" | "is" ["not"] "null"
///     value   := "text" | 'text' | word | number | date | true | false
///     field   := word | "quoted name"        words: letters, digits, _ - . / : * ? and all that is not ASCII
///
/// Words of the language are read in any case; a value that is one of them is put in quotes. `<` and its like take a
/// number or a timestamp (filter/value.h). `!=`, `!~`, `not in` hold where the positive form does not, thus also where
/// the field is missing.

#include <string_view>

#include "filter/condition.h"

namespace vicinal::filter {

/// invalid_argument with "at" (a byte, from 1) and what was expected there.
Result<Condition> parse_expression(std::string_view text);

}  // namespace vicinal::filter
