#include "index/scan.h"

#include <cmath>
#include <limits>

#include "index/metric.h"
#include "kernels/table.h"

namespace vicinal::index {

namespace {

constexpr uint64_t kNoDocument = std::numeric_limits<uint64_t>::max();

class Scanner {
 public:
  explicit Scanner(const ScanQuery& query)
      : query_(query),
        top_(query.limit),
        inverse_query_norm_(query.metric == Metric::cosine ? inverse_norm(query.query) : 0) {}

  /// `allowed`: null, or one bit a row.
  Result<> scan_file(VectorSet::OpenFile& file, const Bitmap* allowed) {
    uint64_t first_row = 0;
    for (size_t i = 0; i < file.vectors->blocks(); ++i) {
      const uint64_t end = first_row + file.vectors->ids(i).size();
      const bool none = allowed != nullptr && allowed->next(first_row) >= end;
      first_row = end;
      if (none) continue;
      VICINAL_TRY(const BlockView block, file.vectors->block(i));
      VICINAL_TRY_VOID(score_block(*file.vectors, i, block));
      offer(block, file.dead, allowed);
    }
    flush_document();
    return {};
  }

  std::vector<Candidate> take() { return top_.take(); }

 private:
  Result<> score_block(VectorFile& file, size_t i, const BlockView& block) {
    raw_values(block.vectors);
    if (query_.metric == Metric::cosine) {
      VICINAL_TRY(const std::span<const float> norms, file.inverse_norms(i));
      for (size_t row = 0; row < scores_.size(); ++row)
        scores_[row] = cosine_from_dot(scores_[row], inverse_query_norm_ * norms[row]);
    } else {
      for (float& score : scores_)
        score = score_from_metric(query_.metric == Metric::l2 ? std::sqrt(score) : score, query_.metric);
    }
    for (size_t row = 0; row < scores_.size(); ++row)
      if (!std::isfinite(scores_[row]))
        scores_[row] = precise_score(query_.query, block.vectors.row(row), query_.metric);
    return {};
  }

  void raw_values(const base::MatrixView& rows) {
    scores_.resize(rows.rows);
    const kernels::Table& table = kernels::active();
    const auto kernel = query_.metric == Metric::l2   ? table.l2sq_rows_f32
                        : query_.metric == Metric::l1 ? table.l1_rows_f32
                                                      : table.dot_rows_f32;
    kernel(query_.query.data(), rows.data, rows.stride, rows.rows, rows.cols, scores_.data());
  }

  void offer(const BlockView& block, const DeadRows& dead, const Bitmap* allowed) {
    for (size_t row = 0; row < scores_.size(); ++row) {
      if (dead.dead(block.first_row + row)) continue;
      if (allowed != nullptr && !allowed->test(block.first_row + row)) continue;
      const Candidate candidate = {scores_[row] + 0.0F, block.ids[row].ordinal, block.ids[row].document};
      if (query_.best_per_document) {
        offer_best(candidate);
      } else {
        top_.add(candidate);
      }
    }
  }

  // The rows of a document lie together, in order of their ordinals.
  void offer_best(const Candidate& candidate) {
    if (candidate.document != best_.document) {
      flush_document();
      best_ = candidate;
    } else if (candidate.score > best_.score) {
      best_ = candidate;
    }
  }

  void flush_document() {
    if (best_.document != kNoDocument) top_.add(best_);
    best_.document = kNoDocument;
  }

  const ScanQuery& query_;
  TopCandidates top_;
  float inverse_query_norm_;
  std::vector<float> scores_;
  Candidate best_ = {0, 0, kNoDocument};
};

}  // namespace

Result<std::vector<Candidate>> scan(VectorSet& vectors, const ScanQuery& query) {
  Scanner scanner(query);
  const std::span<VectorSet::OpenFile> files = vectors.files();
  for (size_t i = 0; i < files.size(); ++i) {
    const Bitmap* const allowed = query.allowed == nullptr ? nullptr : &query.allowed->files[i];
    VICINAL_TRY_VOID(scanner.scan_file(files[i], allowed));
  }
  return scanner.take();
}

}  // namespace vicinal::index
