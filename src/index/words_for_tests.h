#pragma once
/// Searches by words worked out plainly, to compare a store's answers with: every passage is looked at, and BM25 is
/// summed in double precision as postings/bm25.h states it. Nothing here comes from the analyzer or the postings.
///
/// It knows the texts of store_for_tests.h only: runs of ASCII letters or of digits are words, and no stemmer makes two
/// of them alike.

#include <cmath>
#include <map>
#include <random>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "index/store_for_tests.h"
#include "postings/searcher.h"

namespace vicinal::index {

struct PlainClause {
  lexical::Occur occur = lexical::Occur::optional;
  lexical::Field field = lexical::Field::any;
  std::vector<std::string> words;  ///< several: a phrase
  bool prefix = false;             ///< of the one word
};

struct PlainPassage {
  std::string document;
  size_t ordinal = 0;
  uint64_t arrival = 0;  ///< ties go by it; 0: before all others, and among each other in any order
  std::vector<std::string> title, body;
  size_t field = 0;  ///< the body here is the text of that field
  size_t length() const { return title.size() + body.size(); }
};

/// What a person types for these.
inline std::string typed(std::span<const PlainClause> clauses) {
  std::string query;
  for (const PlainClause& clause : clauses) {
    query += clause.occur == lexical::Occur::required ? " +" : clause.occur == lexical::Occur::excluded ? " -" : " ";
    query += clause.field == lexical::Field::title ? "title:" : clause.field == lexical::Field::body ? "body:" : "";
    std::string words;
    for (const std::string& word : clause.words) words += (words.empty() ? "" : " ") + word;
    query += clause.words.size() > 1 ? '"' + words + '"' : words + (clause.prefix ? "*" : "");
  }
  return query;
}

inline std::vector<std::string> plain_words(std::string_view text) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  std::vector<std::string> words;
  bool within = false;
  for (const char c : text) {
    if (is_word(c) && !within) words.emplace_back();
    if (is_word(c)) words.back() += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    within = is_word(c);
  }
  return words;
}

inline std::vector<PlainPassage> plain_passages(const TestDocument& document) {
  const DocumentWrite write = test_write(document);
  std::vector<PlainPassage> passages;
  for (const Chunk& chunk : write.chunks)
    passages.push_back({document.id, passages.size(), document.version, plain_words(write.title),
                        plain_words(chunk.text(chunk.field == 0 ? write.text : write.fields[0].text)), chunk.field});
  return passages;
}

inline std::vector<PlainPassage> plain_passages(const Oracle& oracle) {
  std::vector<PlainPassage> passages;
  for (const auto& [id, document] : oracle)
    for (PlainPassage& passage : plain_passages(document)) passages.push_back(std::move(passage));
  return passages;
}

inline size_t plain_frequency(const PlainClause& clause, std::span<const std::string> words) {
  size_t found = 0;
  for (size_t at = 0; at + clause.words.size() <= words.size(); ++at) {
    const bool here = clause.prefix ? words[at].starts_with(clause.words[0])
                                    : std::ranges::equal(clause.words, words.subspan(at, clause.words.size()));
    found += here ? 1 : 0;
  }
  return found;
}

inline size_t plain_frequency(const PlainClause& clause, const PlainPassage& passage) {
  const size_t title = clause.field == lexical::Field::body ? 0 : plain_frequency(clause, passage.title);
  return title + (clause.field == lexical::Field::title ? 0 : plain_frequency(clause, passage.body));
}

struct PlainHit {
  const PlainPassage* passage = nullptr;
  double score = 0;
};

/// Mean positions of the passages of each field.
inline std::vector<double> plain_mean_lengths(std::span<const PlainPassage> passages) {
  std::vector<double> positions(2), rows(2), means(2);
  for (const PlainPassage& passage : passages) {
    positions[passage.field] += static_cast<double>(passage.length());
    ++rows[passage.field];
  }
  for (size_t field = 0; field < 2; ++field) means[field] = positions[field] / rows[field];
  return means;
}

/// All passages that match, best first; of those that `passes` lets through. BM25F, which is BM25 where there is the
/// body alone.
template <class Passes>
std::vector<PlainHit> plain_hits(std::span<const PlainPassage> passages, std::span<const PlainClause> clauses,
                                 Passes&& passes) {
  const postings::Scoring scoring;
  const std::vector<double> means = plain_mean_lengths(passages);
  const auto rows = static_cast<double>(passages.size());
  std::vector<double> scores(passages.size()), matches(passages.size());
  for (const PlainClause& clause : clauses) {
    std::vector<double> frequencies;
    for (const PlainPassage& passage : passages)
      frequencies.push_back(static_cast<double>(plain_frequency(clause, passage)));
    const auto holders = static_cast<double>(std::ranges::count_if(frequencies, [](double f) { return f > 0; }));
    const double idf = std::log(1 + (rows - holders + 0.5) / (holders + 0.5));
    for (size_t i = 0; i < passages.size(); ++i) {
      const bool here = frequencies[i] > 0, excluded = clause.occur == lexical::Occur::excluded;
      if (excluded ? here : !here && clause.occur == lexical::Occur::required) matches[i] = -INFINITY;
      if (!here || excluded) continue;
      const double length = static_cast<double>(passages[i].length()) / means[passages[i].field];
      const double weighed = frequencies[i] / (1 - scoring.b + scoring.b * length);
      scores[i] += idf * weighed / (weighed + scoring.k1);
      ++matches[i];
    }
  }
  std::vector<PlainHit> hits;
  for (size_t i = 0; i < passages.size(); ++i)
    if (matches[i] > 0 && passes(passages[i])) hits.push_back({&passages[i], scores[i]});
  std::ranges::sort(hits, [](const PlainHit& a, const PlainHit& b) {
    return std::tie(b.score, a.passage->arrival, a.passage->document, a.passage->ordinal) <
           std::tie(a.score, b.passage->arrival, b.passage->document, b.passage->ordinal);
  });
  return hits;
}

inline std::vector<PlainHit> best_of_each_document(std::span<const PlainHit> hits) {
  std::set<std::string_view> seen;
  std::vector<PlainHit> best;
  for (const PlainHit& hit : hits)
    if (seen.insert(hit.passage->document).second) best.push_back(hit);
  return best;
}

/// What a clause brings is worked out in floats and rounded to a 2^30th part of the largest sum; with several fields,
/// its weighed frequency is rounded before.
inline bool plainly_same(double a, double b, const LexicalAnswer& answer) {
  const double step = answer.largest / postings::kScoreRange;
  return std::abs(a - b) <= 4e-5 * std::max(a, b) + static_cast<double>(answer.query.clauses.size()) * step;
}

/// Empty when `found` is the answer to a search for `limit` hits (and request.best_per_document), else what differs.
/// `hits`: all of plain_hits(). Hits whose scores are the same but for rounding may change places.
inline std::string words_differ(const LexicalAnswer& found, const LexicalSearch& request,
                                std::span<const PlainHit> hits) {
  const auto ranked = request.best_per_document ? best_of_each_document(hits) : std::vector(hits.begin(), hits.end());
  if (found.hits.size() != std::min(request.limit, ranked.size()))
    return std::to_string(found.hits.size()) + " hits by words, of " + std::to_string(ranked.size());
  std::map<std::pair<std::string_view, size_t>, const PlainHit*> by_name;
  for (const PlainHit& hit : hits) by_name[{hit.passage->document, hit.passage->ordinal}] = &hit;
  for (size_t i = 0; i < found.hits.size(); ++i) {
    const StoreHit& hit = found.hits[i];
    const std::string name =
        "hit " + std::to_string(i) + " by words, " + hit.document + "#" + std::to_string(hit.ordinal);
    const auto known = by_name.extract({hit.document, hit.ordinal});
    if (known.empty()) return name + ", is none, or came twice";
    const PlainHit& actual = *known.mapped();
    if (!plainly_same(actual.score, hit.score, found))
      return name + ", scores " + std::to_string(hit.score) + " for " + std::to_string(actual.score);
    const PlainHit& wanted = ranked[i];
    const bool tied = actual.score == wanted.score && (actual.passage->arrival != 0 || wanted.passage->arrival != 0);
    if (actual.passage != wanted.passage && (tied || !plainly_same(actual.score, wanted.score, found)))
      return name + ", stands in the place of " + wanted.passage->document + "#" +
             std::to_string(wanted.passage->ordinal);
  }
  for (size_t i = 0; i < request.also.size(); ++i) {
    const auto wanted = std::ranges::find_if(hits, [&](const PlainHit& hit) {
      return hit.passage->document == request.also[i].document && hit.passage->ordinal == request.also[i].ordinal;
    });
    const double score = wanted == hits.end() ? 0 : wanted->score;
    if (!plainly_same(found.also[i], score, found))
      return std::string(request.also[i].document) + "#" + std::to_string(request.also[i].ordinal) +
             ", asked for by name, scores " + std::to_string(found.also[i]) + " for " + std::to_string(score);
  }
  return {};
}

/// Words, phrases, beginnings, signs and fields that fit test documents; `ids`: they are called "…-0" to "…-<ids - 1>".
inline std::vector<PlainClause> random_clauses(std::mt19937_64& random, uint64_t ids) {
  const auto word = [&]() -> std::string {
    static constexpr const char* kOfEach[] = {"passage", "version", "title", "of", "doc"};
    const uint64_t what = random() % 10;
    if (what < 6) return kTestWords[random() % kTestWords.size()];
    if (what < 8) return std::to_string(random() % ids);
    return what == 8 ? std::to_string(random() % 4) : kOfEach[random() % std::size(kOfEach)];
  };
  std::vector<PlainClause> clauses;
  std::set<std::string> taken;
  for (uint64_t i = random() % 4; i < 4; ++i) {
    PlainClause clause;
    const uint64_t occur = random() % 8, field = random() % 12, match = random() % 8;
    if (!clauses.empty() && occur == 0) clause.occur = lexical::Occur::excluded;
    if (occur == 1) clause.occur = lexical::Occur::required;
    if (field < 2) clause.field = field == 0 ? lexical::Field::title : lexical::Field::body;
    clause.words = {word()};
    if (match == 0) clause.words.push_back(word());
    if (match == 1) clause.words = {"of", "doc"};
    clause.prefix = match == 2;
    if (clause.prefix) clause.words = {std::string(kTestWords[random() % kTestWords.size()]).substr(0, 3)};
    // A word that is asked for twice counts twice.
    if (taken.insert(typed(std::span(&clause, 1))).second) clauses.push_back(std::move(clause));
  }
  return clauses;
}

}  // namespace vicinal::index
