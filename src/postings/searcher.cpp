#include "postings/searcher.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>

#include "postings/row_finder.h"

namespace vicinal::postings {

namespace {

bool is_set(RowMask mask, uint32_t row) { return mask.empty() || (mask[row / 64] >> (row % 64) & 1) != 0; }

size_t words_for(uint32_t rows) { return (size_t{rows} + 63) / 64; }

template <class Take>
void each_row(const RowSource& source, Take&& take) {
  Block rows;
  for (size_t block = 0; block < source.blocks(); ++block) {
    source.read_rows(block, rows);
    for (size_t i = 0; i < source.block_rows(block); ++i) take(rows[i]);
  }
}

uint64_t living_rows(const RowSource& source, RowMask live) {
  if (live.empty()) return source.rows();
  uint64_t count = 0;
  each_row(source, [&](uint32_t row) { count += is_set(live, row) ? 1 : 0; });
  return count;
}

bool is_plain(const lexical::Clause& clause) {
  return clause.match == lexical::Match::term && clause.field == lexical::Field::any;
}

bool expands(const lexical::Clause& clause) {
  return clause.match == lexical::Match::prefix || clause.match == lexical::Match::fuzzy;
}

}  // namespace

Searcher::Searcher(std::vector<Source> sources, const Scoring& scoring, std::optional<FieldScoring> fields)
    : sources_(std::move(sources)), scoring_(scoring) {
  if (fields) {
    fields_.emplace(*std::move(fields), scoring.b);
    for (const Source& source : sources_) fields_->count(*source.image, source.fields, source.live);
    statistics_ = fields_->statistics();
    return;
  }
  for (const Source& source : sources_) {
    const auto lengths = source.image->lengths();
    if (source.live.empty()) {
      statistics_.rows += lengths.size();
      statistics_.positions += source.image->positions();
      continue;
    }
    for (uint32_t row = 0; row < lengths.size(); ++row) {
      if (!is_set(source.live, row)) continue;
      ++statistics_.rows;
      statistics_.positions += lengths[row];
    }
  }
}

uint64_t Searcher::living(const Lists& lists) const {
  uint64_t count = 0;
  for (size_t i = 0; i < lists.size(); ++i)
    for (const RowSource& list : lists[i]) count += living_rows(list, sources_[i].live);
  return count;
}

Result<uint64_t> Searcher::document_frequency(std::string_view key) {
  if (const auto known = frequencies_.find(key); known != frequencies_.end()) return known->second;
  uint64_t count = 0;
  for (const Source& source : sources_) {
    VICINAL_TRY(const auto term, source.image->find(key));
    if (!term) continue;
    VICINAL_TRY(ListReader list, source.image->list(*term));
    count += living_rows(RowSource(std::move(list)), source.live);
  }
  frequencies_.emplace(key, count);
  return count;
}

Result<std::vector<RowSource>> Searcher::lists_in(const Source& source, const lexical::Clause& clause,
                                                  std::span<const std::string> keys) {
  Image& image = *source.image;
  std::vector<RowSource> lists;
  if (fields_) {
    VICINAL_TRY(MemoryList rows, weighted_rows(source, clause, keys));
    if (!rows.rows.empty()) lists.emplace_back(std::move(rows));
    return lists;
  }
  if (is_plain(clause)) {
    for (const std::string& key : keys) {
      VICINAL_TRY(const auto term, image.find(key));
      if (!term) continue;
      VICINAL_TRY(ListReader list, image.list(*term));
      lists.emplace_back(std::move(list));
    }
    return lists;
  }
  auto found = clause.match == lexical::Match::phrase ? rows_with_phrase(image, clause.terms, clause.field)
                                                      : rows_with_any(image, keys, clause.field);
  if (!found) return std::move(found).error();
  if (!found->rows.empty()) lists.emplace_back(*std::move(found));
  return lists;
}

Result<MemoryList> Searcher::weighted_rows(const Source& source, const lexical::Clause& clause,
                                           std::span<const std::string> keys) {
  const auto rows_in = [&](lexical::Field field) {
    return clause.match == lexical::Match::phrase ? rows_with_phrase(*source.image, clause.terms, field)
                                                  : rows_with_any(*source.image, keys, field);
  };
  const bool titles = fields_->has_titles();
  MemoryList in_title, in_text;
  if (titles && clause.field != lexical::Field::body) {
    VICINAL_TRY(in_title, rows_in(lexical::Field::title));
  }
  if (!titles || clause.field != lexical::Field::title) {
    VICINAL_TRY(in_text, rows_in(titles ? lexical::Field::body : clause.field));
  }
  return fields_->weigh(*source.image, source.fields, in_title, in_text);
}

Result<Searcher::Lists> Searcher::lists_of(const lexical::Clause& clause) {
  std::vector<std::string> keys = clause.terms.front().keys;
  if (expands(clause)) {
    std::vector<Expansion> found;
    for (const Source& source : sources_) VICINAL_TRY_VOID(expand(*source.image, clause, found));
    keep_most(found);
    keys.clear();
    for (Expansion& each : found) keys.push_back(std::move(each.key));
  }
  Lists lists;
  for (const Source& source : sources_) {
    VICINAL_TRY(lists.emplace_back(), lists_in(source, clause, keys));
  }
  return lists;
}

void Searcher::restrict(PreparedQuery& query, const Lists& lists, bool excluded) const {
  if (query.allowed.empty())
    for (const Source& source : sources_) query.allowed.emplace_back(words_for(source.image->rows()), ~uint64_t{0});
  for (size_t i = 0; i < lists.size(); ++i) {
    std::vector<uint64_t> rows(query.allowed[i].size(), 0);
    for (const RowSource& list : lists[i])
      each_row(list, [&](uint32_t row) { rows[row / 64] |= uint64_t{1} << (row % 64); });
    for (size_t word = 0; word < rows.size(); ++word) query.allowed[i][word] &= excluded ? ~rows[word] : rows[word];
  }
}

double Searcher::largest_frequency(const Lists& lists) const {
  uint32_t largest = 1;
  Block frequencies;
  for (const auto& of_source : lists) {
    for (const RowSource& list : of_source) {
      for (size_t block = 0; block < list.blocks(); ++block) {
        list.read_frequencies(block, frequencies);
        for (size_t i = 0; i < list.block_rows(block); ++i) largest = std::max(largest, frequencies[i]);
      }
    }
  }
  return largest;
}

Result<PreparedQuery> Searcher::prepare(const lexical::Query& query) {
  PreparedQuery prepared;
  double largest = 0;
  for (size_t i = 0; i < query.clauses.size(); ++i) {
    const lexical::Clause& clause = query.clauses[i];
    if (clause.terms.empty()) continue;
    VICINAL_TRY(Lists lists, lists_of(clause));
    const bool excluded = clause.occur == lexical::Occur::excluded;
    if (clause.occur != lexical::Occur::optional) restrict(prepared, lists, excluded);
    const uint64_t df = excluded ? 0 : living(lists);
    if (df == 0) continue;
    const double idf = inverse_document_frequency(scoring_, statistics_, df);
    largest += clause.weight * postings::largest_score(scoring_, idf, 1);
    prepared.parts.push_back({i, idf, clause.weight, df, std::move(lists)});
  }
  if (largest > 0) prepared.scale = kScoreRange / largest;
  VICINAL_TRY_VOID(check_sound(prepared));
  return prepared;
}

double Searcher::largest_score(const lexical::Query& query, const PreparedQuery& prepared) const {
  std::vector<double> largest(query.clauses.size());
  const double of_unknown = postings::largest_score(scoring_, inverse_document_frequency(scoring_, statistics_, 0), 1);
  for (size_t i = 0; i < largest.size(); ++i)
    if (query.clauses[i].occur != lexical::Occur::excluded) largest[i] = of_unknown * query.clauses[i].weight;
  for (const PreparedQuery::Part& part : prepared.parts)
    largest[part.clause] = postings::largest_score(scoring_, part.idf, 1) * part.weight;
  return std::accumulate(largest.begin(), largest.end(), 0.0);
}

Result<PreparedQuery> Searcher::prepare(std::span<const std::pair<std::string, float>> weights) {
  PreparedQuery prepared;
  double largest = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    lexical::Clause clause;
    clause.terms.push_back({{weights[i].first}, 0});
    VICINAL_TRY(Lists lists, lists_of(clause));
    const uint64_t df = living(lists);
    if (df == 0 || !(weights[i].second > 0)) continue;
    largest += weights[i].second * largest_frequency(lists);
    prepared.parts.push_back({i, 1, weights[i].second, df, std::move(lists)});
  }
  if (largest > 0) prepared.scale = kScoreRange / largest;
  VICINAL_TRY_VOID(check_sound(prepared));
  return prepared;
}

Result<> Searcher::check_sound(const PreparedQuery& query) const {
  for (const PreparedQuery::Part& part : query.parts)
    for (size_t i = 0; i < part.lists.size(); ++i)
      for (const RowSource& list : part.lists[i])
        if (!list.sound()) return sources_[i].image->damaged("a list");
  return {};
}

TermScorer Searcher::scorer(const PreparedQuery& query, const PreparedQuery::Part& part) const {
  if (fields_) return TermScorer::of_weighted(scoring_, part.idf, part.weight, query.scale);
  return TermScorer(scoring_, statistics_, part.idf, part.weight, query.scale);
}

std::vector<ScoredList> Searcher::scored(const PreparedQuery& query, size_t source) const {
  std::vector<ScoredList> lists;
  for (const PreparedQuery::Part& part : query.parts)
    for (const RowSource& list : part.lists[source])
      lists.emplace_back(list, scorer(query, part), sources_[source].image->lengths());
  return lists;
}

Result<std::vector<ScoredRow>> Searcher::search(const PreparedQuery& query, const Options& options) {
  TopRows top(options.limit, options.best_per_document);
  for (size_t i = 0; i < sources_.size() && options.limit > 0; ++i) {
    const Image& image = *sources_[i].image;
    // All that narrows the rows, in one mask.
    RowMask mask = sources_[i].live;
    std::vector<uint64_t> narrowed;
    const auto narrow = [&](RowMask by) {
      if (by.empty()) return;
      if (narrowed.empty())
        narrowed = mask.empty() ? std::vector<uint64_t>(words_for(image.rows()), ~uint64_t{0})
                                : std::vector<uint64_t>(mask.begin(), mask.end());
      for (size_t word = 0; word < narrowed.size(); ++word) narrowed[word] &= by[word];
      mask = narrowed;
    };
    if (!query.allowed.empty()) narrow(query.allowed[i]);
    if (!options.allowed.empty()) narrow(options.allowed[i]);
    std::vector<ScoredList> lists = scored(query, i);
    const auto place = [&image](uint32_t row) {
      const size_t document = image.document_of(row);
      return RankedRow{image.documents()[document], row - image.first_rows()[document], 0};
    };
    max_score(lists, image.rows(), mask, place, top);
  }
  VICINAL_TRY_VOID(check_sound(query));
  std::vector<ScoredRow> found;
  for (const RankedRow& row : top.take())
    found.push_back({row.document, row.ordinal, static_cast<float>(row.score / query.scale)});
  return found;
}

bool Searcher::locate(const RowName& name, size_t& source, uint32_t& row) const {
  for (source = 0; source < sources_.size(); ++source) {
    const Image& image = *sources_[source].image;
    const auto document = image.find_document(name.document);
    if (!document) continue;
    row = image.first_rows()[*document] + name.ordinal;
    return row < image.first_rows()[*document + 1] && is_set(sources_[source].live, row);
  }
  return false;
}

Result<std::vector<float>> Searcher::score(const PreparedQuery& query, std::span<const RowName> rows) {
  struct Wanted {
    size_t place;
    uint32_t row;
  };
  std::vector<std::vector<Wanted>> wanted(sources_.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    size_t source = 0;
    uint32_t row = 0;
    if (locate(rows[i], source, row) && (query.allowed.empty() || is_set(query.allowed[source], row)))
      wanted[source].push_back({i, row});
  }
  std::vector<uint64_t> sums(rows.size(), 0);
  for (size_t source = 0; source < sources_.size(); ++source) {
    std::ranges::sort(wanted[source], {}, &Wanted::row);
    if (wanted[source].empty()) continue;
    for (ScoredList& list : scored(query, source)) {
      for (const Wanted& each : wanted[source]) {
        list.skip_to(each.row);
        if (list.row() == each.row) sums[each.place] += list.score();
      }
    }
  }
  VICINAL_TRY_VOID(check_sound(query));
  std::vector<float> scores;
  for (const uint64_t sum : sums) scores.push_back(static_cast<float>(static_cast<double>(sum) / query.scale));
  return scores;
}

Result<std::vector<float>> Searcher::explain(const PreparedQuery& query, const RowName& row) {
  std::vector<float> scores;
  for (const PreparedQuery::Part& part : query.parts) {
    PreparedQuery one;
    one.scale = query.scale;
    one.parts.push_back(part);
    VICINAL_TRY(const auto score, this->score(one, std::span(&row, 1)));
    scores.push_back(score.front());
  }
  return scores;
}

}  // namespace vicinal::postings
