#pragma once
/// Where rows of JSONL have the texts of a collection's fields.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "vicinal/collection.h"

namespace vicinal::engine {

/// A text of a row, by the name of its field.
struct NamedText {
  std::string field;
  std::string text;
};

class RowFields {
 public:
  /// The body alone, in "text"; a title in "title".
  RowFields() : sources_{{"body", "text"}} {}
  /// invalid_argument: a field twice, a member that is something else in rows ("id", "metadata" …).
  static Result<RowFields> of(std::span<const FieldSource> sources);

  /// The body first.
  const std::vector<FieldSource>& sources() const { return sources_; }
  const std::string& body_member() const { return sources_.front().member; }
  /// Of documents' titles, whether they are a field or not.
  std::string_view title_member() const;
  /// Names of the fields, the body's among them.
  std::vector<std::string> names() const;
  /// True of a member that holds a text of a field, or the title.
  bool holds_text(std::string_view member) const;
  /// "body=text title=title"
  std::string to_string() const;
  bool is_body_alone() const { return to_string() == RowFields().to_string(); }

 private:
  std::vector<FieldSource> sources_;
};

/// The number of a field by its name. invalid_argument: the collection has none of this name, with those that it has.
Result<size_t> field_number(std::span<const std::string> names, std::string_view name);

/// Texts under the numbers of their fields, ascending. Errors as field_number.
Result<std::vector<FieldText>> numbered(std::span<const std::string> names, std::vector<NamedText> texts);

}  // namespace vicinal::engine
