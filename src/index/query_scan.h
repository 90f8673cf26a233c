#pragma once
/// What a scan keeps for one query: its best rows so far, and rows whose codes leave open whether they are.
///
/// Rows arrive in file order. Blocks of floats are scored at once; rows of code blocks become *suspects* while the
/// upper bound of their score reaches the limit-th best lower bound, and are scored from their floats at the end, the
/// most promising first, until no other can reach the limit-th best. Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "index/code_file.h"
#include "index/exact_score.h"
#include "index/kth_best.h"
#include "index/scan.h"
#include "index/score_bounds.h"

namespace vicinal::index {

class QueryScan {
 public:
  /// `use_codes`: where that is possible for the query and pays.
  QueryScan(const ScanQuery& query, bool use_codes);

  bool uses_codes() const { return bounds_.has_value(); }
  kernels::QueryCode code() const { return codes_.view(); }

  /// True when so few rows of the file are allowed that they are looked up one by one, by take_few().
  bool wants_few(size_t file) const { return !few_.empty() && few_[file]; }
  Result<> take_few(VectorSet& vectors, size_t file);
  /// True when one of the rows may be found, and they are not taken by take_few().
  bool wants(size_t file, uint64_t first_row, uint64_t rows) const;
  Result<> take_floats(VectorSet& vectors, size_t file, size_t block);
  /// `dots`: of the block's rows; `first_row` is a multiple of 64.
  void take_codes(VectorSet& vectors, size_t file, uint64_t first_row, const CodeBlock& block, const float* dots);
  /// The block's codes are damaged: every row is a suspect.
  void suspect_all(VectorSet& vectors, size_t file, uint64_t first_row, uint64_t rows);
  void end_file();  ///< no document goes on behind it

  /// Scores the suspects that are left. Ends the scan.
  Result<std::vector<Candidate>> finish(VectorSet& vectors, ScanWork& work);

 private:
  struct Suspect {
    double upper = 0;
    uint64_t row = 0;
    uint32_t file = 0;
  };

  bool admits(size_t file, uint64_t row) const;
  void offer(const Candidate& candidate);
  void end_document();
  void suspect(VectorSet::OpenFile& open, size_t file, uint64_t row, const ScoreBounds::Range& range);
  void raise_floor(uint64_t document, double lower);
  static bool lies_before(const Suspect& a, const Suspect& b);
  void drop_hopeless(double least);
  Result<> settle(VectorSet& vectors, const Suspect& suspect);

  ScanQuery query_;
  std::vector<bool> few_;  ///< of each file, where not all rows are allowed
  ExactScorer scorer_;
  QueryCodes codes_;
  std::optional<ScoreBounds> bounds_;
  TopCandidates top_;
  KthBest exact_;  ///< keys of exact scores, one a row or one a document
  KthBest floor_;  ///< these and lower bounds: no row whose key is less is among the best
  Candidate document_;
  double document_floor_ = 0;
  uint64_t floor_document_;
  std::vector<Suspect> suspects_;
  size_t capacity_;
  std::vector<uint64_t> selected_;
  std::vector<Candidate> settled_;
  std::unordered_map<uint64_t, size_t> documents_;  ///< best_per_document: where theirs is in settled_
};

}  // namespace vicinal::index
