#include "postings/max_score.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>
#include <utility>

namespace vicinal::postings {

namespace {

constexpr uint32_t kWindow = 4096;

bool allows(RowMask mask, uint32_t row) { return mask.empty() || (mask[row / 64] >> (row % 64) & 1) != 0; }

class Search {
 public:
  Search(std::span<ScoredList> lists, uint32_t rows, RowMask mask, const std::function<RankedRow(uint32_t)>& place,
         TopRows& top)
      : rows_(rows), mask_(mask), place_(place), top_(top) {
    for (ScoredList& list : lists) lists_.push_back({&list, 0});
    std::ranges::sort(lists_, {}, [](const Each& each) { return each.list->bound(); });
  }

  void run() {
    if (lists_.size() == 1) return run_one(*lists_.front().list);
    for (uint32_t begin = next_row(); begin < rows_; begin = next_row()) {
      const uint32_t end = begin + std::min(kWindow, rows_ - begin);
      search_window(begin, end);
      for (size_t i = essential(); i < lists_.size(); ++i) lists_[i].list->skip_to(end);
    }
  }

 private:
  struct Each {
    ScoredList* list;
    uint32_t bound;  ///< in the window
  };
  struct Candidate {
    uint32_t row, score;
  };

  std::span<const Candidate> candidates() const { return std::span(candidates_).first(candidate_count_); }

  void offer(uint32_t row, uint32_t score) {
    if (score <= top_.threshold()) return;
    RankedRow ranked = place_(row);
    ranked.score = score;
    top_.offer(ranked.document, ranked.ordinal, score);
  }

  /// A single list: block by block.
  void run_one(ScoredList& list) {
    while (list.row() < rows_) {
      if (list.block_bound(list.block()) > top_.threshold()) {
        const auto rows = list.block_from_here();
        const auto scores = list.scores_from_here();
        for (size_t i = 0; i < rows.size(); ++i)
          if (scores[i] > top_.threshold() && allows(mask_, rows[i])) offer(rows[i], scores[i]);
      }
      list.next_block(top_.threshold() + 1);
    }
  }

  /// The first of the lists, in the order of their bounds, without which no row can come in.
  size_t essential() const {
    uint64_t sum = 0;
    size_t i = 0;
    while (i < lists_.size() && (sum += lists_[i].list->bound()) <= top_.threshold()) ++i;
    return i;
  }

  /// The next row that can come in at all.
  uint32_t next_row() const {
    uint32_t row = ScoredList::kEnd;
    for (size_t i = essential(); i < lists_.size(); ++i) row = std::min(row, lists_[i].list->row());
    return row;
  }

  void search_window(uint32_t begin, uint32_t end) {
    std::vector<Each>& here = here_;
    here = lists_;
    uint64_t total = 0;
    for (Each& each : here) {
      each.list->skip_to(begin);
      total += each.bound = each.list->window_bound(end);
    }
    if (total <= top_.threshold()) return;
    std::erase_if(here, [](const Each& each) { return each.bound == 0; });
    std::ranges::sort(here, {}, &Each::bound);
    // Lists that only answer for rows of the others.
    size_t asked = 0;
    uint64_t asked_bound = 0;
    while (asked < here.size() && asked_bound + here[asked].bound <= top_.threshold())
      asked_bound += here[asked++].bound;
    for (size_t i = asked; i < here.size(); ++i) {
      const uint64_t others = total - here[i].bound;
      const uint64_t least = top_.threshold() >= others ? top_.threshold() - others + 1 : 0;
      here[i].list->take(begin, end, static_cast<uint32_t>(least), sums_.data(), seen_.data());
    }
    collect(begin, asked_bound);
    for (size_t i = asked; i-- > 0;) {
      ask(*here[i].list, asked_bound);
      asked_bound -= here[i].bound;
    }
    for (const Candidate& candidate : candidates()) offer(candidate.row, candidate.score);
  }

  /// Rows of the window with their sums so far; those that may still reach the threshold are kept.
  void collect(uint32_t begin, uint64_t missing) {
    size_t count = 0;
    const uint64_t threshold = top_.threshold();
    for (size_t word = 0; word < seen_.size(); ++word) {
      for (uint64_t bits = std::exchange(seen_[word], 0); bits != 0; bits &= bits - 1) {
        const auto place = static_cast<uint32_t>(word * 64 + static_cast<size_t>(std::countr_zero(bits)));
        const uint32_t score = std::exchange(sums_[place], 0);
        candidates_[count] = {begin + place, score};
        count += score + missing > threshold ? 1 : 0;
      }
    }
    if (!mask_.empty())
      count =
          static_cast<size_t>(std::remove_if(candidates_.begin(), candidates_.begin() + static_cast<ptrdiff_t>(count),
                                             [this](const Candidate& each) { return !allows(mask_, each.row); }) -
                              candidates_.begin());
    candidate_count_ = count;
  }

  /// Adds a list's scores to the candidates that can still come in. `missing`: what this list and those to come bring
  /// at most.
  void ask(ScoredList& list, uint64_t missing) {
    size_t kept = 0;
    const uint64_t threshold = top_.threshold();
    for (Candidate candidate : candidates()) {
      if (candidate.score + missing <= threshold) continue;
      list.skip_to(candidate.row);
      if (list.row() == candidate.row) candidate.score += list.score();
      candidates_[kept++] = candidate;
    }
    candidate_count_ = kept;
  }

  std::vector<Each> lists_;  ///< by bound
  std::vector<Each> here_;
  uint32_t rows_;
  RowMask mask_;
  const std::function<RankedRow(uint32_t)>& place_;
  TopRows& top_;
  std::array<uint32_t, kWindow> sums_{};
  std::array<uint64_t, kWindow / 64> seen_{};
  std::array<Candidate, kWindow> candidates_;  ///< of the window, ascending
  size_t candidate_count_ = 0;
};

}  // namespace

void max_score(std::span<ScoredList> lists, uint32_t rows, RowMask mask,
               const std::function<RankedRow(uint32_t)>& place, TopRows& top) {
  if (lists.empty()) return;
  Search(lists, rows, mask, place, top).run();
}

}  // namespace vicinal::postings
