#include "engine/searched_fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/row_fields.h"
#include "retrieve/plan.h"

namespace vicinal::engine {
namespace {

constexpr double kMostWeight = retrieve::kMaxFieldWeight;

Error bad_weight(std::string_view field) {
  return Error(Code::invalid_argument, "a field's weight is a number above 0, at most a million")
      .with("field", field)
      .with("fix", "title:2,body:1");
}

}  // namespace

Result<SearchedFields> searched_fields(std::span<const FieldWeight> wanted, std::span<const std::string> names,
                                       Metric metric, const std::optional<retrieve::NoiseFloor>& floor) {
  SearchedFields fields;
  if (wanted.empty()) return fields;
  fields.words.assign(names.size(), 0);
  for (const FieldWeight& each : wanted) {
    VICINAL_TRY(const size_t number, field_number(names, each.field));
    if (!(each.weight > 0 && each.weight <= kMostWeight)) return bad_weight(each.field);
    if (fields.words[number] > 0)
      return Error(Code::invalid_argument, "a field is named twice").with("field", each.field);
    fields.words[number] = static_cast<float>(each.weight);
  }
  const bool differ = std::ranges::any_of(wanted, [&](const FieldWeight& w) { return w.weight != wanted[0].weight; });
  if (differ && (metric == Metric::l2 || metric == Metric::l1))
    return Error(Code::invalid_argument, "distances have no zero that weights of fields could count from")
        .with("metric", metric_name(metric))
        .with("fix", "--metric cosine, or fields without weights");
  const float largest = std::ranges::max(fields.words);
  for (const float weight : fields.words) fields.vectors.push_back(weight / largest);
  const auto baseline = floor && metric == Metric::cosine ? retrieve::baseline_of(*floor) : std::nullopt;
  if (baseline) fields.baseline = static_cast<float>(baseline->mean);
  return fields;
}

}  // namespace vicinal::engine

namespace vicinal {
inline namespace v0 {

Result<std::vector<FieldWeight>> parse_field_weights(std::string_view text) {
  std::vector<FieldWeight> weights;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view part = text.substr(begin, end - begin);
    const size_t colon = std::min(part.find(':'), part.size());
    FieldWeight& weight = weights.emplace_back(FieldWeight{std::string(part.substr(0, colon)), 1});
    if (colon < part.size()) {
      const std::string_view number = part.substr(colon + 1);
      const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), weight.weight);
      if (error != std::errc() || stop != number.data() + number.size()) return engine::bad_weight(weight.field);
    }
    if (weight.field.empty())
      return Error(Code::invalid_argument, "a field has no name").with("given", text).with("fix", "title:2,body:1");
    begin = end + 1;
  }
  return weights;
}

}  // namespace v0
}  // namespace vicinal
