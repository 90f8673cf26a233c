#include "engine/parity.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "engine/embedded_data.h"

namespace vicinal::engine {
namespace {

constexpr size_t kMaxDimensions = 65536;

double cosine(std::span<const float> a, std::span<const float> b) {
  double dot = 0, norm_a = 0, norm_b = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    dot += static_cast<double>(a[i]) * b[i];
    norm_a += static_cast<double>(a[i]) * a[i];
    norm_b += static_cast<double>(b[i]) * b[i];
  }
  const double norms = std::sqrt(norm_a * norm_b);
  return norms > 0 ? dot / norms : 0;
}

Result<> read_row(const base::Json& row, ParitySet& set, size_t index) {
  const base::Json::Array* values = row["vector"].array();
  if (values == nullptr || values->size() != set.vectors.cols() || !row["text"].is_string())
    return Error(Code::corrupt, "a reference vector is not of the stated form").with("row", index);
  set.texts.push_back(*row["text"].string());
  std::ranges::transform(*values, set.vectors.row(index).begin(),
                         [](const base::Json& value) { return static_cast<float>(value.number_or(0)); });
  return {};
}

}  // namespace

double parity_bound(Precision precision) {
  switch (precision) {
    case Precision::f32:
      return 0.99999;
    case Precision::bf16:
      return 0.9999;
    case Precision::int8:
      return 0.995;
  }
  return 1;
}

double ParitySet::bound(Precision precision) const {
  const auto own = bounds.find(precision);
  return own != bounds.end() ? own->second : parity_bound(precision);
}

Result<ParitySet> parse_parity(std::string_view json) {
  VICINAL_TRY(const base::Json tree, base::Json::parse(json));
  const base::Json::Array* rows = tree["texts"].array();
  const int64_t dimensions = tree["dimensions"].integer_or(0);
  if (rows == nullptr || rows->empty() || dimensions <= 0 || static_cast<size_t>(dimensions) > kMaxDimensions)
    return Error(Code::corrupt, "the reference vectors are not of the stated form");
  ParitySet set{.model = tree["model"].string_or(""),
                .texts = {},
                .vectors = Matrix(rows->size(), static_cast<size_t>(dimensions))};
  for (size_t i = 0; i < rows->size(); ++i) VICINAL_TRY_VOID(read_row((*rows)[i], set, i));
  for (const Precision precision : {Precision::f32, Precision::bf16, Precision::int8}) {
    const double bound = tree["bounds"][precision_name(precision)].number_or(0);
    if (bound > 0 && bound <= 1) set.bounds[precision] = bound;
  }
  return set;
}

const ParitySet* stored_parity(std::string_view model) {
  static const std::vector<ParitySet> sets = [] {
    std::vector<ParitySet> all;
    for (const EmbeddedParity& each : kParityData) {
      all.push_back(parse_parity(*each.json).value());
      VICINAL_CHECK_EQ(all.back().model, each.model);
    }
    return all;
  }();
  const auto at = std::ranges::find(sets, model, &ParitySet::model);
  return at == sets.end() ? nullptr : &*at;
}

const std::vector<std::string>& parity_sentences() {
  static const std::vector<std::string> sentences = {
      "The Rhine rises in the Swiss Alps and flows through Basel to the North Sea.",
      "yes",
      "E-4021: the pump's pressure sensor reported 3.7 bar, outside of [1.0, 3.5]",
      "for (size_t i = 0; i < rows.size(); ++i) total += rows[i].amount;",
      "Der Fluss entspringt in den Alpen und mündet in die Nordsee.",
      "この川はアルプスに源を発し、北海に注ぐ。",
      "Река берёт начало в Альпах и впадает в Северное море.",
      "A refund is paid within thirty days of the day on which the goods came back to us, provided that they are "
      "unused and "
      "in their original packaging. Where the customer has paid by card, the refund goes to that card; where the card "
      "has "
      "been closed meanwhile, we ask for an account. Costs of sending the goods back are the customer's, unless the "
      "goods "
      "were damaged, or others than those that were ordered. Vouchers are never paid out in money."};
  return sentences;
}

Agreement compare_rows(const Matrix& reference, const Matrix& vectors) {
  VICINAL_CHECK_EQ(reference.rows(), vectors.rows());
  VICINAL_CHECK_EQ(reference.cols(), vectors.cols());
  Agreement agreement;
  for (size_t i = 0; i < reference.rows(); ++i) {
    const double value = cosine(reference.row(i), vectors.row(i));
    if (i == 0 || !(value >= agreement.smallest_cosine)) agreement = {value, i};
  }
  return agreement;
}

}  // namespace vicinal::engine
