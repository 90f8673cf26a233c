/// Queries over a collection: embed them together, run the plan, and make the hits.

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>

#include "base/json.h"
#include "engine/collection_impl.h"
#include "engine/grouped_search.h"
#include "engine/hits.h"
#include "engine/noise.h"
#include "engine/ranking.h"
#include "engine/search_plan.h"
#include "engine/searched_fields.h"
#include "index/passage_terms.h"
#include "lexical/highlight.h"

namespace vicinal {
inline namespace v0 {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// What all queries of one call share.
struct Question {
  index::Store& store;
  const retrieve::SearchPlan& plan;
  const filter::Condition& where;
  const index::StoreSelection& searched;
  Metric metric = Metric::cosine;
  std::optional<retrieve::NoiseFloor> floor = {};  ///< where scores are cosines
  engine::SearchedFields fields = {};
  bool suggest = false;
};

SearchResult empty_result(const Question& question) {
  SearchResult result{
      .hits = {}, .chunks_searched = question.searched.chunks, .documents_searched = question.searched.documents};
  result.plan = retrieve::to_string(question.plan) + ", of " + std::to_string(question.searched.chunks) +
                " chunks of " + std::to_string(question.searched.documents) + " documents";
  result.plan_json = retrieve::to_json(question.plan);
  return result;
}

/// One pass over the vectors answers it, for many queries at once.
bool is_plain_scan(const retrieve::SearchPlan& plan) {
  const retrieve::ArmPlan* dense = plan.arm(retrieve::ArmKind::dense);
  return plan.arms.size() == 1 && dense != nullptr && dense->candidates == 0 && !plan.fold_duplicates &&
         !plan.diversity;
}

/// Queries by vectors alone, in one pass: one result for each row of `queries`; each one's time is its share.
Result<std::vector<SearchResult>> scan(const Question& question, base::MatrixView queries, engine::HitMaker& hits) {
  const Clock::time_point start = Clock::now();
  const size_t per_document = question.plan.group ? question.plan.group->passages : 0;
  VICINAL_TRY(const auto found, engine::search_grouped(question.store, queries,
                                                       {{},
                                                        question.plan.limit,
                                                        question.metric,
                                                        false,
                                                        question.where,
                                                        question.fields.vectors,
                                                        question.fields.baseline},
                                                       per_document));
  std::vector<SearchResult> results;
  for (const std::vector<index::StoreHit>& ranking : found) {
    SearchResult& result = results.emplace_back(empty_result(question));
    for (size_t i = 0; i < ranking.size(); ++i) {
      const auto& [document, ordinal, score] = ranking[i];
      VICINAL_TRY(result.hits.emplace_back(), hits.make({document, ordinal, score, {{"dense", score, i + 1}}, {}}));
    }
    if (!ranking.empty())
      result.above_noise = engine::is_above_noise(question.floor, question.metric, {ranking.front().score, {}});
  }
  const double each = milliseconds_since(start) / static_cast<double>(results.size());
  for (SearchResult& result : results) result.search_ms = each;
  return results;
}

/// Marks what the words of the query matched.
class Marker {
 public:
  Marker(const index::WordRules& rules, const engine::Ranking& ranking) : rules_(rules), ranking_(ranking) {}

  void mark(Hit& hit, const Document& document) {
    if (ranking_.query.clauses.empty()) return;
    const auto field = hit.field == index::kTitleField ? lexical::Field::title : lexical::Field::body;
    lexical::Highlights found = lexical::find_highlights(
        hit.text, rules_.document_language(document.metadata, index::language_text(document)), rules_.analyzer(),
        ranking_.query, scratch_, {.field = field, .weights = ranking_.weights});
    hit.highlights = std::move(found.spans);
    hit.sentence = found.sentence;
  }

 private:
  const index::WordRules& rules_;
  const engine::Ranking& ranking_;
  lexical::TokenStream scratch_;
};

/// One query, with all steps of the plan.
Result<SearchResult> run_plan(const Question& question, std::string_view text, std::span<const float> vector,
                              engine::DocumentCache& documents, engine::HitMaker& hits) {
  const Clock::time_point start = Clock::now();
  const engine::ArmsRequest request{text,           vector,          question.plan,   question.where, question.metric,
                                    question.floor, question.fields, question.suggest};
  VICINAL_TRY(engine::Ranking ranking, engine::rank(question.store, request, documents));
  SearchResult result = empty_result(question);
  result.notes = ranking.query.notes;
  result.above_noise = ranking.above_noise;
  result.suggestion = std::move(ranking.suggestion);
  VICINAL_TRY(const std::shared_ptr<const index::WordRules> rules, question.store.word_rules());
  Marker marker(*rules, ranking);
  const auto mark = [&](Hit& hit, const Document& document) { marker.mark(hit, document); };
  for (engine::RankedPassage& passage : ranking.passages) {
    VICINAL_TRY(result.hits.emplace_back(), hits.make(std::move(passage), mark));
  }
  result.search_ms = milliseconds_since(start);
  return result;
}

/// A blank query has no meaning that could be embedded; of words alone it has none, which is said otherwise.
Result<> check_query(const std::string& query, SearchMode mode) {
  size_t bad = 0;
  if (!base::valid_utf8(query, &bad))
    return Error(Code::invalid_argument, "the query is not valid UTF-8").with("offset", bad);
  if (mode != SearchMode::lexical && query.find_first_not_of(" \t\r\n") == std::string::npos)
    return Error(Code::empty_input, "the query is blank");
  return {};
}

Result<> check_queries(const std::vector<std::string>& queries, SearchMode mode) {
  for (size_t i = 0; i < queries.size(); ++i) {
    auto checked = check_query(queries[i], mode);
    if (!checked) return queries.size() == 1 ? checked.error() : std::move(checked).error().with("query", i);
  }
  return {};
}

std::optional<retrieve::NoiseFloor> floor_for(Metric metric, const index::Store& store) {
  return metric == Metric::cosine ? engine::noise_floor_of(store) : std::nullopt;
}

// Queries of one pass over the codes; more bring little, and their hits' texts wait in memory.
constexpr size_t kQueriesTogether = 8;

constexpr std::array<std::pair<std::string_view, SearchMode>, 3> kModes = {
    {{"hybrid", SearchMode::hybrid}, {"dense", SearchMode::dense}, {"lexical", SearchMode::lexical}}};

}  // namespace

Result<SearchMode> parse_search_mode(std::string_view name) {
  for (const auto& [known, mode] : kModes)
    if (known == name) return mode;
  return Error(Code::invalid_argument, "no such mode of search; known are hybrid, dense and lexical")
      .with("mode", name);
}

std::string_view search_mode_name(SearchMode mode) {
  return std::ranges::find(kModes, mode, &std::pair<std::string_view, SearchMode>::second)->first;
}

Result<Matrix> Collection::Impl::embed_queries(const std::vector<std::string>& queries, const Watch& watch) {
  VICINAL_TRY(const embed::LocalEmbedder* local, open_embedder());
  const std::vector<std::string_view> views(queries.begin(), queries.end());
  Matrix vectors(queries.size(), local->dimensions());
  VICINAL_TRY_VOID(local->embed(
      views, Role::query, {vectors.values().data(), vectors.rows(), vectors.cols(), vectors.cols()}, nullptr, watch));
  return vectors;
}

Result<std::vector<SearchResult>> Collection::Impl::search(const std::vector<std::string>& queries,
                                                           const SearchOptions& asked, const Watch& watch) {
  VICINAL_TRY_VOID(engine::plan_of(asked));
  VICINAL_TRY_VOID(check_queries(queries, asked.mode));
  VICINAL_TRY(const filter::Condition where, filter::parse_filter(asked.where));
  SearchOptions wanted = asked;
  const Clock::time_point embed_start = Clock::now();
  Matrix vectors;
  if (wanted.mode != SearchMode::lexical) {
    VICINAL_TRY(vectors, embed_queries(queries, watch));
  }
  const double embed_ms = milliseconds_since(embed_start) / static_cast<double>(std::max<size_t>(queries.size(), 1));
  VICINAL_TRY_VOID(reader->refresh());
  // Read where nobody may write, a collection of the first format has vectors only.
  const bool without_words = wanted.mode == SearchMode::hybrid && !reader->has_words();
  if (without_words) wanted.mode = SearchMode::dense;
  VICINAL_TRY(const retrieve::SearchPlan plan, engine::plan_of(wanted));
  const Metric metric = wanted.metric.value_or(reader->identity().metric);
  const auto floor = floor_for(metric, *reader);
  VICINAL_TRY(const auto fields, engine::searched_fields(wanted.fields, reader->identity().fields, metric, floor));
  VICINAL_TRY(const index::StoreSelection searched, reader->count(where, fields.words));
  const Question question{*reader, plan, where, searched, metric, floor, fields, queries.size() == 1};
  engine::DocumentCache documents(*reader);
  engine::HitMaker hits(documents, reader->identity().fields, {wanted.context, wanted.headings, question.floor});
  std::vector<SearchResult> results;
  while (results.size() < queries.size()) {
    if (watch.stop.stop_requested()) return Error(Code::interrupted, "stopped").with("queries", results.size());
    const size_t first = results.size();
    if (is_plain_scan(plan)) {
      const size_t count = std::min(kQueriesTogether, queries.size() - first);
      VICINAL_TRY(auto some, scan(question, {vectors.row(first).data(), count, vectors.cols(), vectors.cols()}, hits));
      std::ranges::move(some, std::back_inserter(results));
    } else {
      const auto vector = vectors.empty() ? std::span<const float>() : std::span<const float>(vectors.row(first));
      VICINAL_TRY(results.emplace_back(), run_plan(question, queries[first], vector, documents, hits));
    }
  }
  for (SearchResult& result : results) {
    result.embed_ms = embed_ms;
    if (without_words && reader->identity().words.indexed())
      result.notes.push_back("searched by meaning alone: the collection was made before words were indexed");
  }
  return results;
}

Result<bool> filter_holds_for_all(std::string_view where) {
  VICINAL_TRY(const filter::Condition condition, filter::parse_filter(where));
  return condition.holds_for_all();
}

Result<SearchResult> Collection::search_vector(std::span<const float> query, const SearchOptions& asked) {
  SearchOptions options = asked;
  options.mode = SearchMode::dense;
  VICINAL_TRY(const retrieve::SearchPlan plan, engine::plan_of(options));
  VICINAL_TRY(const filter::Condition where, filter::parse_filter(options.where));
  index::Store& store = *impl_->reader;
  VICINAL_TRY_VOID(store.refresh());
  const Metric metric = options.metric.value_or(store.identity().metric);
  const auto floor = floor_for(metric, store);
  VICINAL_TRY(const auto fields, engine::searched_fields(options.fields, store.identity().fields, metric, floor));
  VICINAL_TRY(const index::StoreSelection searched, store.count(where, fields.words));
  const Question question{store, plan, where, searched, metric, floor, fields};
  engine::DocumentCache documents(store);
  engine::HitMaker hits(documents, store.identity().fields, {options.context, options.headings, question.floor});
  if (!is_plain_scan(plan)) return run_plan(question, "", query, documents, hits);
  VICINAL_TRY(auto results, scan(question, {query.data(), 1, query.size(), query.size()}, hits));
  return std::move(results.front());
}

Result<SearchResult> Collection::search(std::string_view query, const SearchOptions& options) {
  VICINAL_TRY(auto results, impl_->search({std::string(query)}, options, {}));
  return std::move(results.front());
}

Result<std::vector<SearchResult>> Collection::search_many(const std::vector<std::string>& queries,
                                                          const SearchOptions& options, const Watch& watch) {
  return impl_->search(queries, options, watch);
}

}  // namespace v0
}  // namespace vicinal
