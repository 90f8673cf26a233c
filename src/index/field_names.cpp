#include "index/field_names.h"

#include <algorithm>

#include "index/store.h"

namespace vicinal::index {

namespace {

constexpr size_t kMaxNameBytes = 32;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_character(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

}  // namespace

bool is_field_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameBytes && is_letter(name.front()) &&
         std::ranges::all_of(name, is_name_character);
}

Result<std::vector<std::string>> with_fields(std::span<const std::string> there, std::span<const std::string> names) {
  std::vector<std::string> fields(there.begin(), there.end());
  for (const std::string& name : names) {
    if (!is_field_name(name))
      return Error(Code::invalid_argument, "a field's name is 1 to 32 letters, digits, _ and -, a letter first")
          .with("field", std::string_view(name).substr(0, 2 * kMaxNameBytes));
    if (std::ranges::find(fields, name) == fields.end()) fields.push_back(name);
  }
  if (fields.size() > kMaxFields)
    return Error(Code::invalid_argument, "a collection has at most 8 fields, the body among them")
        .with("there", there.size())
        .with("wanted", fields.size());
  return fields;
}

}  // namespace vicinal::index
