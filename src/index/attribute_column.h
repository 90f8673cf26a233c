#pragma once
/// All values of one field, sorted, with the documents that have them: an attribute index.
///
/// Documents are numbered densely, 0 to n − 1. A document has any number of values, of any kind.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "filter/condition.h"
#include "index/bitmap.h"

namespace vicinal::index {

class AttributeColumn {
 public:
  explicit AttributeColumn(size_t documents) : present_(documents), true_(documents), false_(documents) {}

  /// In the order of documents; arrays are their elements. Nulls are no values.
  void add(size_t document, const base::Json& value);
  /// After the last add.
  void finish();

  /// What select() answers; null, counts and nested fields need the document itself.
  static bool answers(filter::Condition::Kind kind);
  /// The documents that fulfil the condition. REQUIRES: answers(condition.kind), finish() was called.
  Bitmap select(const filter::Condition& condition);

 private:
  using NumberedDocument = std::pair<filter::Number, uint32_t>;
  struct Text {
    std::string text;
    std::vector<uint32_t> documents;
  };

  Bitmap select_equal(const filter::Condition& condition) const;
  Bitmap select_range(const filter::Range& range);
  Bitmap select_texts(const filter::Condition& condition) const;
  const std::vector<NumberedDocument>& dates();
  const Text* find(std::string_view text) const;

  Bitmap present_, true_, false_;
  std::vector<NumberedDocument> numbers_;               // sorted
  std::vector<Text> texts_;                             // sorted
  std::unordered_map<std::string, uint32_t> places_;    // in texts_, until finish()
  std::optional<std::vector<NumberedDocument>> dates_;  // sorted, made when a range of dates is asked for
};

}  // namespace vicinal::index
