#include "index/attributes.h"

#include <algorithm>

#include "base/json.h"
#include "filter/matcher.h"

namespace vicinal::index {

using filter::Condition;
using Kind = Condition::Kind;

namespace {

constexpr size_t kMostColumns = 2 * filter::kMaxConditions;

bool has_parts(Kind kind) {
  return kind == Kind::all || kind == Kind::any || kind == Kind::at_least || kind == Kind::negation;
}

/// Calls visit with every condition of the tree that is about a field.
template <class Visit>
void for_each_leaf(const Condition& condition, const Visit& visit) {
  if (!has_parts(condition.kind)) return visit(condition);
  for (const Condition& part : condition.parts) for_each_leaf(part, visit);
}

}  // namespace

Result<Bitmap> Attributes::select(const Condition& condition, uint64_t version) {
  see(version);
  VICINAL_TRY_VOID(load_ids());
  std::vector<std::string> fields;
  ByDocument answers;
  for_each_leaf(condition, [&](const Condition& leaf) {
    if (!AttributeColumn::answers(leaf.kind)) {
      answers.emplace(&leaf, Bitmap(ids_.size()));
    } else if (!columns_.contains(leaf.field) && std::ranges::find(fields, leaf.field) == fields.end()) {
      fields.push_back(leaf.field);
    }
  });
  if (columns_.size() + fields.size() > kMostColumns) {  // a program that asks for ever new fields
    columns_.clear();
    return select(condition, version);
  }
  if (!fields.empty() || !answers.empty()) VICINAL_TRY_VOID(read(fields, answers));
  return evaluate(condition, answers);
}

void Attributes::see(uint64_t version) {
  if (version == version_) return;
  version_ = version;
  loaded_ = false;
  ids_.clear();
  columns_.clear();
}

Result<> Attributes::load_ids() {
  if (loaded_) return {};
  VICINAL_TRY(ids_, documents_->ids());
  loaded_ = true;
  return {};
}

Result<> Attributes::read(const std::vector<std::string>& fields, ByDocument& answers) {
  std::vector<AttributeColumn> columns(fields.size(), AttributeColumn(ids_.size()));
  std::vector<std::pair<filter::Matcher, Bitmap*>> matchers;
  for (auto& [condition, bits] : answers) matchers.emplace_back(filter::Matcher(*condition), &bits);
  size_t number = 0;
  const auto take = [&](const filter::FilteredDocument& document) {
    for (size_t i = 0; i < fields.size(); ++i)
      filter::for_each_value(document, fields[i], [&](const base::Json& value) { columns[i].add(number, value); });
    for (const auto& [matches, bits] : matchers)
      if (matches(document)) bits->set(number);
    ++number;
  };
  VICINAL_TRY_VOID(documents_->each_metadata(take));
  for (size_t i = 0; i < fields.size(); ++i) {
    columns[i].finish();
    columns_.emplace(fields[i], std::move(columns[i]));
  }
  return {};
}

Bitmap Attributes::evaluate(const Condition& condition, const ByDocument& answers) {
  const bool all = condition.kind == Kind::all;
  if (all || condition.kind == Kind::any) {
    Bitmap out(ids_.size(), all);
    for (const Condition& part : condition.parts) {
      if (all) {
        out &= evaluate(part, answers);
      } else {
        out |= evaluate(part, answers);
      }
    }
    return out;
  }
  if (condition.kind == Kind::negation) return ~evaluate(condition.parts[0], answers);
  if (condition.kind == Kind::at_least) return at_least(condition, answers);
  if (const auto answer = answers.find(&condition); answer != answers.end()) return answer->second;
  return columns_.at(condition.field).select(condition);
}

Bitmap Attributes::at_least(const Condition& condition, const ByDocument& answers) {
  std::vector<uint32_t> counts(ids_.size());
  for (const Condition& part : condition.parts) {
    const Bitmap bits = evaluate(part, answers);
    for (size_t i = bits.next(0); i < bits.size(); i = bits.next(i + 1)) ++counts[i];
  }
  Bitmap out(ids_.size());
  for (size_t i = 0; i < counts.size(); ++i)
    if (counts[i] >= condition.least) out.set(i);
  return out;
}

}  // namespace vicinal::index
