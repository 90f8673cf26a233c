#include "lexical/highlight.h"

#include <algorithm>

#include "base/check.h"
#include "lexical/clause_matches.h"
#include "text/boundaries.h"

namespace vicinal::lexical {
namespace {

std::vector<ByteSpan> merged_spans(const std::vector<ClauseMatch>& matches) {
  std::vector<ByteSpan> spans;
  for (const ClauseMatch& match : matches) spans.push_back({match.begin, match.end});
  std::ranges::sort(spans, {}, &ByteSpan::begin);
  std::vector<ByteSpan> merged;
  for (const ByteSpan span : spans) {
    if (!merged.empty() && span.begin <= merged.back().end) {
      merged.back().end = std::max(merged.back().end, span.end);
    } else {
      merged.push_back(span);
    }
  }
  return merged;
}

/// Adds up what the clauses that begin in a sentence weigh, each once.
class SentenceScores {
 public:
  SentenceScores(const Query& query, std::span<const float> weights)
      : query_(query), weights_(weights), seen_(query.clauses.size()) {}

  /// REQUIRES: sentences come in order; so do the matches.
  float score(std::span<const ClauseMatch> matches) {
    ++sentence_;
    float sum = 0;
    for (const ClauseMatch& match : matches) {
      if (seen_[match.clause] == sentence_) continue;
      seen_[match.clause] = sentence_;
      sum += weights_.empty() ? query_.clauses[match.clause].weight : weights_[match.clause];
    }
    return sum;
  }

 private:
  const Query& query_;
  std::span<const float> weights_;
  std::vector<size_t> seen_;  // the sentence that a clause was last counted in
  size_t sentence_ = 0;
};

std::vector<size_t> sentence_starts(std::string_view text) {
  text::BoundaryScanner scanner(text);
  std::vector<size_t> starts = {text::skip_white_space(text, 0)};
  for (const text::BoundaryMark& mark : scanner.between(0, text.size()))
    if (mark.position > starts.back()) starts.push_back(mark.position);
  starts.push_back(text.size());
  return starts;
}

/// `matches` in the order of their beginnings.
std::optional<ByteSpan> best_sentence(std::string_view text, std::span<const ClauseMatch> matches,
                                      SentenceScores scores) {
  const std::vector<size_t> starts = sentence_starts(text);
  float best = 0;
  std::optional<ByteSpan> found;
  size_t at = 0;
  for (size_t i = 0; i + 1 < starts.size() && at < matches.size(); ++i) {
    const size_t first = at;
    while (at < matches.size() && matches[at].begin < starts[i + 1]) ++at;
    if (first == at) continue;
    const float score = scores.score(matches.subspan(first, at - first));
    if (found && score <= best) continue;
    best = score;
    const size_t end = text::trim_white_space(text, starts[i], starts[i + 1]);
    found = ByteSpan{static_cast<uint32_t>(starts[i]), static_cast<uint32_t>(end)};
  }
  return found;
}

}  // namespace

Highlights find_highlights(std::string_view text, std::string_view language, const Analyzer& analyzer,
                           const Query& query, TokenStream& scratch, const HighlightOptions& options) {
  VICINAL_CHECK(options.weights.empty() || options.weights.size() == query.clauses.size());
  scratch.clear();
  analyzer.analyze(text, language, scratch);
  std::vector<ClauseMatch> matches = find_matches(text, scratch, query, options.field);
  Highlights out{.spans = merged_spans(matches), .sentence = {}, .matched = std::vector<bool>(query.clauses.size())};
  for (const ClauseMatch& match : matches) out.matched[match.clause] = true;
  std::ranges::stable_sort(matches, {}, &ClauseMatch::begin);
  out.sentence = best_sentence(text, matches, SentenceScores(query, options.weights));
  return out;
}

std::string_view find_surface(std::string_view text, std::string_view language, const Analyzer& analyzer,
                              std::string_view key, TokenStream& scratch) {
  scratch.clear();
  analyzer.analyze(text, language, scratch);
  for (const Token& token : scratch.tokens())
    if (scratch.key(token) == key) return text.substr(token.byte_start, token.byte_end - token.byte_start);
  return {};
}

}  // namespace vicinal::lexical
