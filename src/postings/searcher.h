#pragma once
/// Lexical queries over several images that together are one collection: statistics are exact and of all of them.
///
/// Images hold disjoint documents, in ascending order from one image to the next. Rows that are dead count nowhere: not
/// in answers, not in statistics. Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lexical/query.h"
#include "postings/bm25.h"
#include "postings/field_scoring.h"
#include "postings/image.h"
#include "postings/max_score.h"

namespace vicinal::postings {

/// A query's largest possible sum, as a whole number.
inline constexpr double kScoreRange = uint32_t{1} << 30;

struct Source {
  Image* image = nullptr;
  RowMask live;                          ///< empty: all rows are
  std::span<const uint8_t> fields = {};  ///< of each row; with FieldScoring only
};

struct RowName {
  uint64_t document = 0;
  uint32_t ordinal = 0;
};

struct ScoredRow {
  uint64_t document = 0;
  uint32_t ordinal = 0;
  float score = 0;
};

/// A query's lists, found in every image. Good for the searcher that prepared it.
struct PreparedQuery {
  struct Part {
    size_t clause = 0;  ///< of the query
    double idf = 0, weight = 0;
    uint64_t df = 0;                            ///< living rows
    std::vector<std::vector<RowSource>> lists;  ///< of each source
  };
  std::vector<Part> parts;                     ///< of clauses that score
  double scale = 1;                            ///< of scores as whole numbers
  std::vector<std::vector<uint64_t>> allowed;  ///< of each source: what required and excluded clauses leave; none: all
};

class Searcher {
 public:
  /// REQUIRES: `scoring` passes check(); what `sources` points to outlives the searcher.
  /// `fields`: queries are scored by BM25F, and other rows than those of searched fields are no answers.
  Searcher(std::vector<Source> sources, const Scoring& scoring, std::optional<FieldScoring> fields = std::nullopt);

  const Statistics& statistics() const { return statistics_; }
  /// Living rows that hold a key.
  Result<uint64_t> document_frequency(std::string_view key);

  Result<PreparedQuery> prepare(const lexical::Query& query);
  /// What no passage could exceed: all words of the query at their best, those that no row has included.
  double largest_score(const lexical::Query& query, const PreparedQuery& prepared) const;
  /// A learned sparse query: the sum of weight times the row's weight over the keys. REQUIRES: Formula::impact.
  Result<PreparedQuery> prepare(std::span<const std::pair<std::string, float>> weights);

  struct Options {
    size_t limit = 10;
    bool best_per_document = false;
    std::span<const RowMask> allowed = {};  ///< of each source; none: all rows
  };
  /// Best first; ties by document, then ordinal. Rows without any match are no answer: there may be fewer than `limit`.
  Result<std::vector<ScoredRow>> search(const PreparedQuery& query, const Options& options);
  /// What `search` would give these rows; 0 for one that does not match.
  Result<std::vector<float>> score(const PreparedQuery& query, std::span<const RowName> rows);
  /// The same, part by part: what each brings to one row.
  Result<std::vector<float>> explain(const PreparedQuery& query, const RowName& row);

 private:
  using Lists = std::vector<std::vector<RowSource>>;
  Result<Lists> lists_of(const lexical::Clause& clause);
  Result<std::vector<RowSource>> lists_in(const Source& source, const lexical::Clause& clause,
                                          std::span<const std::string> keys);
  Result<MemoryList> weighted_rows(const Source& source, const lexical::Clause& clause,
                                   std::span<const std::string> keys);
  uint64_t living(const Lists& lists) const;
  void restrict(PreparedQuery& query, const Lists& lists, bool excluded) const;
  std::vector<ScoredList> scored(const PreparedQuery& query, size_t source) const;
  Result<> check_sound(const PreparedQuery& query) const;
  double largest_frequency(const Lists& lists) const;
  TermScorer scorer(const PreparedQuery& query, const PreparedQuery::Part& part) const;
  bool locate(const RowName& name, size_t& source, uint32_t& row) const;

  std::vector<Source> sources_;
  Scoring scoring_;
  Statistics statistics_;
  std::optional<FieldScorer> fields_;
  std::map<std::string, uint64_t, std::less<>> frequencies_;  ///< of keys in living rows
};

}  // namespace vicinal::postings
