/// Queries over a collection: embed them together, search, and fill the hits from the documents.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <unordered_map>

#include "engine/arms.h"
#include "engine/collection_impl.h"
#include "engine/grouped_search.h"
#include "engine/noise.h"
#include "engine/searched_fields.h"
#include "index/passage_terms.h"
#include "lexical/highlight.h"
#include "retrieve/fusion.h"

namespace vicinal {
inline namespace v0 {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// Documents of one call, kept while they fit: hits of neighbouring queries share them.
class DocumentCache {
 public:
  explicit DocumentCache(index::Store& store) : store_(store) {}

  /// Valid until the next call.
  Result<const Document*> get(const std::string& id) {
    if (const auto known = documents_.find(id); known != documents_.end()) return &known->second;
    VICINAL_TRY(Document document, store_.get(id));
    if (bytes_ > kMaxBytes) {
      documents_.clear();
      bytes_ = 0;
    }
    bytes_ += document.text.size() + document.chunks.size() * sizeof(Chunk);
    return &documents_.emplace(id, std::move(document)).first->second;
  }

 private:
  static constexpr size_t kMaxBytes = size_t{64} << 20;
  index::Store& store_;
  std::unordered_map<std::string, Document> documents_;
  size_t bytes_ = 0;
};

Result<Hit> fill(const index::StoreHit& found, std::span<const std::string> fields, DocumentCache& documents) {
  VICINAL_TRY(const Document* document, documents.get(found.document));
  if (found.ordinal >= document->chunks.size() || document->chunks[found.ordinal].field >= fields.size())
    return Error(Code::corrupt, "a vector's passage is not in its document")
        .with("document", found.document)
        .with("ordinal", found.ordinal);
  const Chunk& chunk = document->chunks[found.ordinal];
  return Hit{.id = found.document + "#" + std::to_string(found.ordinal),
             .document = found.document,
             .path = document->path,
             .title = document->title,
             .field = fields[chunk.field],
             .byte_start = chunk.byte_start,
             .byte_end = chunk.byte_end,
             .line_start = chunk.line_start,
             .line_end = chunk.line_end,
             .score = found.score,
             .text = std::string(document->chunk_text(chunk)),
             .metadata = document->metadata};
}

std::string describe_plan(const SearchOptions& options, const filter::Condition& where,
                          const index::StoreSelection& searched) {
  const std::string fields = engine::to_string(options.fields);
  const std::string rows = std::to_string(searched.chunks) + " chunks of " + std::to_string(searched.documents) +
                           " documents" + (fields.empty() ? "" : ", fields " + fields);
  if (where.holds_for_all()) return "exact scan of all " + rows;
  return "filter " + filter::to_string(where) + ", then exact scan of " + rows;
}

/// What all queries of one call share.
struct Question {
  index::Store& store;
  const SearchOptions& options;
  const filter::Condition& where;
  const index::StoreSelection& searched;
  retrieve::FusionOptions fusion = {};
  std::optional<retrieve::NoiseFloor> floor = {};
  bool suggest = false;
  engine::SearchedFields fields = {};

  Metric metric() const { return options.metric.value_or(store.identity().metric); }
  size_t per_document() const { return options.best_per_document ? 1 : options.per_document; }
};

SearchResult empty_result(const Question& question, std::string_view how) {
  SearchResult result{
      .hits = {}, .chunks_searched = question.searched.chunks, .documents_searched = question.searched.documents};
  result.plan = std::string(how) + describe_plan(question.options, question.where, question.searched);
  return result;
}

/// Queries by vectors alone, in one pass: one result for each row of `queries`; each one's time is its share.
Result<std::vector<SearchResult>> search_dense(const Question& question, base::MatrixView queries,
                                               DocumentCache& documents) {
  const Clock::time_point start = Clock::now();
  const SearchOptions& options = question.options;
  VICINAL_TRY(const auto found, engine::search_grouped(question.store, queries,
                                                       {{},
                                                        options.limit,
                                                        question.metric(),
                                                        options.best_per_document,
                                                        question.where,
                                                        question.fields.vectors,
                                                        question.fields.baseline},
                                                       options.per_document));
  std::vector<SearchResult> results;
  for (const std::vector<index::StoreHit>& hits : found) {
    SearchResult& result = results.emplace_back(empty_result(question, ""));
    for (size_t i = 0; i < hits.size(); ++i) {
      VICINAL_TRY(Hit hit, fill(hits[i], question.store.identity().fields, documents));
      hit.arms.push_back({"dense", hits[i].score, i + 1});
      result.hits.push_back(std::move(hit));
    }
  }
  const double each = milliseconds_since(start) / static_cast<double>(results.size());
  for (SearchResult& result : results) result.search_ms = each;
  return results;
}

std::string describe_arms(const Question& question) {
  if (question.options.mode == SearchMode::lexical) return "words (BM25), ";
  char alpha[32];
  std::snprintf(alpha, sizeof alpha, "%.2f", question.fusion.alpha);
  return "words (BM25) and meaning, fused: " + std::string(retrieve::to_string(question.fusion.kind)) + ", alpha " +
         alpha + "; ";
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

/// One query by words, or by words and meaning.
Result<SearchResult> search_words(const Question& question, std::string_view text, std::span<const float> vector,
                                  DocumentCache& documents) {
  const Clock::time_point start = Clock::now();
  const engine::ArmsRequest request{.text = text,
                                    .vector = vector,
                                    .mode = question.options.mode,
                                    .fusion = question.fusion,
                                    .metric = question.metric(),
                                    .limit = question.options.limit,
                                    .per_document = question.per_document(),
                                    .where = &question.where,
                                    .floor = question.floor,
                                    .suggest = question.suggest,
                                    .fields = question.fields};
  VICINAL_TRY(engine::Ranking ranking, engine::search_arms(question.store, request));
  SearchResult result = empty_result(question, describe_arms(question));
  result.notes = ranking.query.notes;
  result.above_noise = ranking.above_noise;
  result.suggestion = ranking.suggestion;
  VICINAL_TRY(const std::shared_ptr<const index::WordRules> rules, question.store.word_rules());
  Marker marker(*rules, ranking);
  for (engine::RankedPassage& passage : ranking.passages) {
    VICINAL_TRY(Hit hit,
                fill({passage.document, passage.ordinal, passage.score}, question.store.identity().fields, documents));
    hit.arms = std::move(passage.arms);
    VICINAL_TRY(const Document* document, documents.get(passage.document));
    marker.mark(hit, *document);
    result.hits.push_back(std::move(hit));
  }
  result.search_ms = milliseconds_since(start);
  return result;
}

Result<retrieve::FusionOptions> fusion_of(const SearchOptions& options) {
  retrieve::FusionOptions fusion;
  if (!options.fusion.empty()) {
    VICINAL_TRY(fusion.kind, retrieve::parse_fusion(options.fusion));
  }
  fusion.alpha = options.alpha;
  if (fusion.alpha >= 0 && fusion.alpha <= 1) return fusion;
  return Error(Code::invalid_argument, "alpha is a number from 0 (words alone) to 1 (meaning alone)")
      .with("alpha", options.alpha);
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
  std::vector<std::string> texts;
  VICINAL_TRY(const std::shared_ptr<const index::WordRules> rules, reader->word_rules());
  const lexical::Synonyms* const glossary = rules->glossary();
  for (const std::string& query : queries) texts.push_back(glossary == nullptr ? query : glossary->annotated(query));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  Matrix vectors(queries.size(), local->dimensions());
  VICINAL_TRY_VOID(local->embed(
      views, Role::query, {vectors.values().data(), vectors.rows(), vectors.cols(), vectors.cols()}, nullptr, watch));
  return vectors;
}

Result<std::vector<SearchResult>> Collection::Impl::search(const std::vector<std::string>& queries,
                                                           const SearchOptions& asked, const Watch& watch) {
  if (asked.limit == 0) return Error(Code::invalid_argument, "the limit of a search is at least 1");
  VICINAL_TRY(const filter::Condition where, filter::parse_filter(asked.where));
  VICINAL_TRY(const retrieve::FusionOptions fusion, fusion_of(asked));
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
  const auto floor = engine::noise_floor_of(*reader);
  const Metric metric = wanted.metric.value_or(reader->identity().metric);
  VICINAL_TRY(const auto fields, engine::searched_fields(wanted.fields, reader->identity().fields, metric, floor));
  VICINAL_TRY(const index::StoreSelection searched, reader->count(where, fields.words));
  const Question question{*reader, wanted, where, searched, fusion, floor, queries.size() == 1, fields};
  DocumentCache documents(*reader);
  std::vector<SearchResult> results;
  while (results.size() < queries.size()) {
    if (watch.stop.stop_requested()) return Error(Code::interrupted, "stopped").with("queries", results.size());
    const size_t first = results.size();
    if (wanted.mode == SearchMode::dense) {
      const size_t count = std::min(kQueriesTogether, queries.size() - first);
      VICINAL_TRY(auto some, search_dense(question, {vectors.row(first).data(), count, vectors.cols(), vectors.cols()},
                                          documents));
      std::ranges::move(some, std::back_inserter(results));
    } else {
      const auto vector =
          wanted.mode == SearchMode::lexical ? std::span<const float>() : std::span<const float>(vectors.row(first));
      VICINAL_TRY(results.emplace_back(), search_words(question, queries[first], vector, documents));
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

Result<SearchResult> Collection::search_vector(std::span<const float> query, const SearchOptions& options) {
  if (options.limit == 0) return Error(Code::invalid_argument, "the limit of a search is at least 1");
  VICINAL_TRY(const filter::Condition where, filter::parse_filter(options.where));
  VICINAL_TRY_VOID(impl_->reader->refresh());
  index::Store& store = *impl_->reader;
  const auto floor = engine::noise_floor_of(store);
  const Metric metric = options.metric.value_or(store.identity().metric);
  VICINAL_TRY(const auto fields, engine::searched_fields(options.fields, store.identity().fields, metric, floor));
  VICINAL_TRY(const index::StoreSelection searched, store.count(where, fields.words));
  DocumentCache documents(store);
  const base::MatrixView one{query.data(), 1, query.size(), query.size()};
  VICINAL_TRY(auto results, search_dense({store, options, where, searched, {}, floor, false, fields}, one, documents));
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
