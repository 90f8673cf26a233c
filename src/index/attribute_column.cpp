#include "index/attribute_column.h"

#include <algorithm>

#include "base/check.h"
#include "filter/matcher.h"

namespace vicinal::index {

using filter::Condition;
using filter::Number;
using filter::Value;

void AttributeColumn::add(size_t document, const base::Json& value) {
  if (value.is_null()) return;
  present_.set(document);
  const std::optional<Value> scalar = filter::scalar(value);
  if (!scalar) return;
  const auto number = static_cast<uint32_t>(document);
  if (const bool* boolean = std::get_if<bool>(&*scalar)) {
    (*boolean ? true_ : false_).set(document);
  } else if (const Number* real = std::get_if<Number>(&*scalar)) {
    numbers_.emplace_back(*real, number);
  } else {
    const std::string& text = std::get<std::string>(*scalar);
    const auto [place, is_new] = places_.emplace(text, static_cast<uint32_t>(texts_.size()));
    if (is_new) texts_.push_back({text, {}});
    texts_[place->second].documents.push_back(number);
  }
}

void AttributeColumn::finish() {
  places_ = {};
  std::ranges::sort(numbers_);
  std::ranges::sort(texts_, {}, &Text::text);
}

bool AttributeColumn::answers(Condition::Kind kind) {
  using Kind = Condition::Kind;
  return kind == Kind::equals || kind == Kind::range || kind == Kind::exists || kind == Kind::glob ||
         kind == Kind::contains || kind == Kind::prefix;
}

Bitmap AttributeColumn::select(const Condition& condition) {
  switch (condition.kind) {
    case Condition::Kind::equals:
      return select_equal(condition);
    case Condition::Kind::range:
      return select_range(condition.range);
    case Condition::Kind::exists:
      return present_;
    default:
      return select_texts(condition);
  }
}

Bitmap AttributeColumn::select_equal(const Condition& condition) const {
  Bitmap out(present_.size());
  for (const Value& value : condition.values) {
    if (const bool* boolean = std::get_if<bool>(&value)) {
      out |= *boolean ? true_ : false_;
    } else if (const Number* number = std::get_if<Number>(&value)) {
      const auto equal = std::ranges::equal_range(numbers_, *number, {}, &NumberedDocument::first);
      for (const auto& [_, document] : equal) out.set(document);
    } else if (const Text* text = find(std::get<std::string>(value))) {
      for (const uint32_t document : text->documents) out.set(document);
    }
  }
  return out;
}

const AttributeColumn::Text* AttributeColumn::find(std::string_view text) const {
  const auto place = std::ranges::lower_bound(texts_, text, {}, [](const Text& t) { return std::string_view(t.text); });
  return place != texts_.end() && place->text == text ? &*place : nullptr;
}

Bitmap AttributeColumn::select_range(const filter::Range& range) {
  Bitmap out(present_.size());
  const std::vector<NumberedDocument>& sorted = range.dates ? dates() : numbers_;
  const auto is_below = [&](const NumberedDocument& each) {
    return (range.gt && each.first <= *range.gt) || (range.gte && each.first < *range.gte);
  };
  const auto is_not_above = [&](const NumberedDocument& each) {
    return (!range.lt || each.first < *range.lt) && (!range.lte || each.first <= *range.lte);
  };
  const auto begin = std::partition_point(sorted.begin(), sorted.end(), is_below);
  const auto end = std::partition_point(begin, sorted.end(), is_not_above);
  for (auto at = begin; at != end; ++at) out.set(at->second);
  return out;
}

const std::vector<AttributeColumn::NumberedDocument>& AttributeColumn::dates() {
  if (dates_) return *dates_;
  dates_.emplace();
  for (const Text& text : texts_) {
    const auto seconds = filter::timestamp(text.text);
    if (!seconds) continue;
    for (const uint32_t document : text.documents) dates_->emplace_back(*seconds, document);
  }
  std::ranges::sort(*dates_);
  return *dates_;
}

Bitmap AttributeColumn::select_texts(const Condition& condition) const {
  Bitmap out(present_.size());
  const filter::TextTest test(condition);
  for (const Text& text : texts_) {
    if (!test(text.text)) continue;
    for (const uint32_t document : text.documents) out.set(document);
  }
  return out;
}

}  // namespace vicinal::index
