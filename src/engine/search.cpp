/// Queries over a collection: embed them together, search, and fill the hits from the documents.

#include <algorithm>
#include <chrono>
#include <iterator>
#include <unordered_map>

#include "engine/collection_impl.h"
#include "engine/grouped_search.h"

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

Result<Hit> fill(const index::StoreHit& found, DocumentCache& documents) {
  VICINAL_TRY(const Document* document, documents.get(found.document));
  if (found.ordinal >= document->chunks.size() || document->chunks[found.ordinal].byte_end > document->text.size())
    return Error(Code::corrupt, "a vector's passage is not in its document")
        .with("document", found.document)
        .with("ordinal", found.ordinal);
  const Chunk& chunk = document->chunks[found.ordinal];
  return Hit{.id = found.document + "#" + std::to_string(found.ordinal),
             .document = found.document,
             .path = document->path,
             .title = document->title,
             .byte_start = chunk.byte_start,
             .byte_end = chunk.byte_end,
             .line_start = chunk.line_start,
             .line_end = chunk.line_end,
             .score = found.score,
             .text = std::string(chunk.text(document->text)),
             .metadata = document->metadata};
}

std::string describe_plan(const filter::Condition& where, const index::StoreSelection& searched) {
  const std::string rows =
      std::to_string(searched.chunks) + " chunks of " + std::to_string(searched.documents) + " documents";
  if (where.holds_for_all()) return "exact scan of all " + rows;
  return "filter " + filter::to_string(where) + ", then exact scan of " + rows;
}

/// Searches by vectors that share their options.
struct Searcher {
  index::Store& store;
  const SearchOptions& options;
  const filter::Condition& where;
  const index::StoreSelection& searched;

  /// One result for each row of `queries`; each one's time is its share.
  Result<std::vector<SearchResult>> search(base::MatrixView queries, DocumentCache& documents) const {
    const Clock::time_point start = Clock::now();
    const Metric metric = options.metric.value_or(store.identity().metric);
    VICINAL_TRY(const auto found,
                engine::search_grouped(store, queries, {{}, options.limit, metric, options.best_per_document, where},
                                       options.per_document));
    std::vector<SearchResult> results;
    for (const std::vector<index::StoreHit>& hits : found) {
      VICINAL_TRY(results.emplace_back(), filled(hits, documents));
    }
    const double each = milliseconds_since(start) / static_cast<double>(results.size());
    for (SearchResult& result : results) result.search_ms = each;
    return results;
  }

 private:
  Result<SearchResult> filled(const std::vector<index::StoreHit>& hits, DocumentCache& documents) const {
    SearchResult result{.hits = {}, .chunks_searched = searched.chunks, .documents_searched = searched.documents};
    result.plan = describe_plan(where, searched);
    for (const index::StoreHit& hit : hits) {
      VICINAL_TRY(Hit filled, fill(hit, documents));
      result.hits.push_back(std::move(filled));
    }
    return result;
  }
};

// Queries of one pass over the codes; more bring little, and their hits' texts wait in memory.
constexpr size_t kQueriesTogether = 8;

}  // namespace

Result<std::vector<SearchResult>> Collection::Impl::search(const std::vector<std::string>& queries,
                                                           const SearchOptions& wanted, const Watch& watch) {
  if (wanted.limit == 0) return Error(Code::invalid_argument, "the limit of a search is at least 1");
  VICINAL_TRY(const filter::Condition where, filter::parse_filter(wanted.where));
  VICINAL_TRY(const embed::LocalEmbedder* local, open_embedder());
  VICINAL_TRY_VOID(reader->refresh());
  const Clock::time_point embed_start = Clock::now();
  const std::vector<std::string_view> views(queries.begin(), queries.end());
  Matrix vectors(queries.size(), local->dimensions());
  VICINAL_TRY_VOID(local->embed(
      views, Role::query, {vectors.values().data(), vectors.rows(), vectors.cols(), vectors.cols()}, nullptr, watch));
  const double embed_ms = milliseconds_since(embed_start) / static_cast<double>(std::max<size_t>(queries.size(), 1));
  VICINAL_TRY(const index::StoreSelection searched, reader->count(where));
  const Searcher searcher{*reader, wanted, where, searched};
  DocumentCache documents(*reader);
  std::vector<SearchResult> results;
  for (size_t i = 0; i < queries.size(); i += kQueriesTogether) {
    if (watch.stop.stop_requested()) return Error(Code::interrupted, "stopped").with("queries", results.size());
    const size_t count = std::min(kQueriesTogether, queries.size() - i);
    VICINAL_TRY(auto some, searcher.search({vectors.row(i).data(), count, vectors.cols(), vectors.cols()}, documents));
    std::ranges::move(some, std::back_inserter(results));
  }
  for (SearchResult& result : results) result.embed_ms = embed_ms;
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
  VICINAL_TRY(const index::StoreSelection searched, impl_->reader->count(where));
  DocumentCache documents(*impl_->reader);
  const base::MatrixView one{query.data(), 1, query.size(), query.size()};
  VICINAL_TRY(auto results, (Searcher{*impl_->reader, options, where, searched}.search(one, documents)));
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
