#include "index/exact_score.h"

#include <cmath>

#include "index/metric.h"
#include "kernels/table.h"

namespace vicinal::index {

namespace {

float score_from_raw(float raw, Metric metric) {
  return score_from_metric(metric == Metric::l2 ? std::sqrt(raw) : raw, metric);
}

}  // namespace

ExactScorer::ExactScorer(std::span<const float> query, Metric metric)
    : query_(query), metric_(metric), inverse_query_norm_(metric == Metric::cosine ? inverse_norm(query) : 0) {}

Result<std::span<const float>> ExactScorer::block(VectorFile& file, size_t i) {
  VICINAL_TRY(const BlockView block, file.block(i));
  raw_values(block.vectors);
  if (metric_ == Metric::cosine) {
    VICINAL_TRY(const std::span<const float> norms, file.inverse_norms(i));
    for (size_t row = 0; row < scores_.size(); ++row)
      scores_[row] = cosine_from_dot(scores_[row], inverse_query_norm_ * norms[row]);
  } else {
    for (float& score : scores_) score = score_from_raw(score, metric_);
  }
  for (size_t row = 0; row < scores_.size(); ++row) {
    if (!std::isfinite(scores_[row])) scores_[row] = precise_score(query_, block.vectors.row(row), metric_);
    scores_[row] += 0.0F;  // −0 becomes 0
  }
  return std::span<const float>(scores_);
}

float ExactScorer::row(std::span<const float> row) const {
  const kernels::Table& table = kernels::active();
  const auto kernel = metric_ == Metric::l2 ? table.l2sq_f32 : metric_ == Metric::l1 ? table.l1_f32 : table.dot_f32;
  const float raw = kernel(query_.data(), row.data(), row.size());
  float score = metric_ == Metric::cosine ? cosine_from_dot(raw, inverse_query_norm_ * inverse_norm(row))
                                          : score_from_raw(raw, metric_);
  if (!std::isfinite(score)) score = precise_score(query_, row, metric_);
  return score + 0.0F;
}

void ExactScorer::raw_values(const base::MatrixView& rows) {
  scores_.resize(rows.rows);
  const kernels::Table& table = kernels::active();
  const auto kernel = metric_ == Metric::l2   ? table.l2sq_rows_f32
                      : metric_ == Metric::l1 ? table.l1_rows_f32
                                              : table.dot_rows_f32;
  kernel(query_.data(), rows.data, rows.stride, rows.rows, rows.cols, scores_.data());
}

}  // namespace vicinal::index
