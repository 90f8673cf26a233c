#pragma once
/// A filter held against one document.

#include <functional>
#include <memory>
#include <string_view>

#include "filter/condition.h"
#include "read/glob.h"

namespace vicinal::filter {

/// What a filter sees of a document.
struct FilteredDocument {
  std::string_view id, path, title;
  const base::Json* metadata = nullptr;
};

bool matches(const Condition& condition, const FilteredDocument& document);

/// The same for many documents: patterns are read once. The condition outlives it. Thread-safe.
class Matcher {
 public:
  explicit Matcher(const Condition& condition);
  Matcher(Matcher&&) noexcept;
  ~Matcher();
  bool operator()(const FilteredDocument& document) const;

 private:
  class Tests;
  const Condition* condition_;
  std::unique_ptr<Tests> tests_;
};

/// Calls visit with every value of the field that is no array, nulls and objects among them.
using VisitValue = std::function<void(const base::Json&)>;
void for_each_value(const FilteredDocument& document, std::string_view field, const VisitValue& visit);

/// Strings held against `glob`, `contains` or `prefix`. The condition outlives it.
class TextTest {
 public:
  explicit TextTest(const Condition& condition) : condition_(condition), glob_(condition.text) {}
  bool operator()(std::string_view text) const;

 private:
  const Condition& condition_;
  read::Glob glob_;
};

}  // namespace vicinal::filter
