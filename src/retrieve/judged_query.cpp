#include "retrieve/judged_query.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <tuple>

#include "retrieve/arm_column.h"

namespace vicinal::retrieve {
namespace {

double discounted(double gain, size_t rank) { return gain / std::log2(static_cast<double>(rank) + 1); }

double ideal_gain(std::vector<double> gains) {
  std::ranges::sort(gains, std::greater());
  double sum = 0;
  for (size_t i = 0; i < std::min(gains.size(), kJudgedDepth); ++i) sum += discounted(std::max(gains[i], 0.0), i + 1);
  return sum;
}

std::vector<double> scaled_scores(const JudgedQuery& query, const Arm& arm, float JudgedPassage::* score,
                                  const FusionOptions& options) {
  std::vector<float> column;
  column.reserve(query.candidates.size());
  for (const JudgedPassage& passage : query.candidates) column.push_back(passage.*score);
  return scaled_column(column, arm, options);
}

/// Documents that were passed already are passed over: a document counts once.
class DocumentRanks {
 public:
  /// The rank of a document that is new, from 1; 0 for one that was seen.
  size_t rank_of(uint64_t document) {
    if (std::ranges::find(seen_, document) != seen_.end()) return 0;
    seen_.push_back(document);
    return seen_.size();
  }

 private:
  std::vector<uint64_t> seen_;  ///< at most kJudgedDepth
};

}  // namespace

JudgedRanking::JudgedRanking(const JudgedQuery& query, Fusion kind, double rrf_k,
                             const std::optional<Baseline>& baseline)
    : query_(&query), ideal_(ideal_gain(query.gains)) {
  const FusionOptions options{.kind = kind, .rrf_k = rrf_k};
  dense_ = scaled_scores(query, {.kind = ScoreKind::similarity, .baseline = baseline}, &JudgedPassage::dense, options);
  lexical_ = scaled_scores(query, {.kind = ScoreKind::match}, &JudgedPassage::lexical, options);
}

double JudgedRanking::ndcg(double alpha) const {
  if (ideal_ <= 0) return 0;
  const std::vector<JudgedPassage>& candidates = query_->candidates;
  std::vector<uint32_t> order(candidates.size());
  std::iota(order.begin(), order.end(), uint32_t{0});
  if (alpha == 0) std::erase_if(order, [&](uint32_t i) { return !is_found(candidates[i].lexical, ScoreKind::match); });
  const auto key = [&](uint32_t i) {
    const double score = alpha * dense_[i] + (1 - alpha) * lexical_[i];
    return std::tuple(-score, candidates[i].document, candidates[i].ordinal);
  };
  std::ranges::sort(order, {}, key);
  double sum = 0;
  DocumentRanks ranks;
  for (const uint32_t i : order) {
    const size_t rank = ranks.rank_of(candidates[i].document);
    if (rank > 0) sum += discounted(candidates[i].gain, rank);
    if (rank == kJudgedDepth) break;
  }
  return sum / ideal_;
}

}  // namespace vicinal::retrieve
