#include "index/reader.h"

#include <algorithm>
#include <random>

#include "base/json.h"
#include "index/exact_score.h"
#include "index/metric.h"
#include "index/rank.h"
#include "index/scan.h"
#include "index/schema.h"
#include "index/spelling_advice.h"
#include "postings/scoring_text.h"

namespace vicinal::index {

namespace {

constexpr size_t kPage = 1000;
// Looking a document's name up costs about as much as this many rows of a pass over all names.
constexpr size_t kNamedOneByOne = 8;

Result<> check_query(std::span<const float> query, size_t dimensions) {
  if (query.size() != dimensions)
    return Error(Code::invalid_argument, "the query vector has another length than the collection's vectors")
        .with("given", query.size())
        .with("stored", dimensions);
  if (!all_finite(query)) return Error(Code::invalid_argument, "the query vector holds a NaN or an infinity");
  return {};
}

std::string provenance_value(const StoreIdentity& identity, std::string_view key) {
  const auto provenance = base::Json::parse(identity.provenance_json);
  return provenance ? (*provenance)[key].string_or("") : "";
}

}  // namespace

Result<std::vector<StoreHit>> Reader::search(const StoreSearch& request) {
  const base::MatrixView one{request.query.data(), 1, request.query.size(), request.query.size()};
  VICINAL_TRY(auto found, search_all(one, request));
  return std::move(found.front());
}

Result<std::vector<std::vector<StoreHit>>> Reader::search_all(base::MatrixView queries, const StoreSearch& options) {
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  for (size_t i = 0; i < queries.rows; ++i)
    VICINAL_TRY_VOID(check_query(queries.row(i), snapshot_->manifest().identity.dimensions));
  std::span<const Bitmap> allowed;
  uint64_t rows = vectors->live_rows();
  if (!options.where.holds_for_all()) {
    VICINAL_TRY(const Selected* selected, select(options.where));
    allowed = selected->rows.files;
    rows = selected->rows.rows;
  }
  std::vector<std::vector<StoreHit>> found(queries.rows);
  const size_t limit = std::min<uint64_t>(options.limit, rows);
  if (limit == 0) return found;
  std::vector<ScanQuery> scans;
  for (size_t i = 0; i < queries.rows; ++i)
    scans.push_back({queries.row(i), limit, options.metric, options.best_per_document, allowed});
  VICINAL_TRY(const auto candidates, scan(*vectors, scans));
  const auto name_of = [this](uint64_t document) { return documents_->external_id(document); };
  for (size_t i = 0; i < queries.rows; ++i) {
    VICINAL_TRY(found[i], rank(candidates[i], limit, name_of));
  }
  return found;
}

Result<LexicalAnswer> Reader::search_words(const LexicalSearch& request) {
  LexicalAnswer answer;
  VICINAL_TRY(postings::Searcher* const searcher, lexical_.searcher(request.k1, request.b));
  const lexical::ParsedQuery parsed = lexical::parse_query(request.query);
  const WordRules& rules = lexical_.rules();
  const lexical::Query typed = lexical::resolve(parsed, rules.analyzer(), lexical_.languages());
  answer.query = typed;
  if (rules.glossary() != nullptr)
    rules.glossary()->expand(parsed, rules.analyzer(), lexical_.languages(), answer.query);
  if (request.suggest) {
    VICINAL_TRY(answer.suggestion,
                suggested_query(request.query, typed, answer.query, lexical_, *searcher, *documents_));
  }
  VICINAL_TRY(const postings::PreparedQuery prepared, searcher->prepare(answer.query));
  std::vector<std::vector<uint64_t>> masks;
  if (!request.where.holds_for_all()) {
    VICINAL_TRY(const Selected* selected, select(request.where));
    masks = lexical_.masks(selected->documents, attributes_.ids());
  }
  const std::vector<postings::RowMask> allowed(masks.begin(), masks.end());
  VICINAL_TRY(const auto rows, searcher->search(prepared, {request.limit, request.best_per_document, allowed}));
  for (const postings::ScoredRow& row : rows) {
    VICINAL_TRY(std::string external, documents_->external_id(row.document));
    answer.hits.push_back({std::move(external), row.ordinal, row.score});
  }
  VICINAL_TRY(answer.also, score_words(*searcher, prepared, request.also));
  answer.weights.assign(answer.query.clauses.size(), 0);
  for (const auto& part : prepared.parts) answer.weights[part.clause] = part.idf * part.weight;
  answer.largest = searcher->largest_score(answer.query, prepared);
  return answer;
}

Result<std::vector<float>> Reader::score_words(postings::Searcher& searcher, const postings::PreparedQuery& query,
                                               std::span<const PassageName> passages) {
  std::vector<postings::RowName> rows;
  for (const PassageName& passage : passages) {
    VICINAL_TRY(const auto id, documents_->internal_id(passage.document));
    rows.push_back({id.value_or(0), static_cast<uint32_t>(passage.ordinal)});
  }
  return searcher.score(query, rows);
}

Result<std::span<const float>> Reader::passage_vector(const PassageName& passage) {
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  VICINAL_TRY(const auto id, documents_->internal_id(passage.document));
  const RowId row = {id.value_or(0), static_cast<uint32_t>(passage.ordinal), 0};
  if (!id || !vectors->find(row))
    return Error(Code::not_found, "the collection has no such passage")
        .with("document", passage.document)
        .with("ordinal", passage.ordinal);
  return vectors->vector(row, snapshot_->folder());
}

Result<std::vector<float>> Reader::score_passages(std::span<const float> query, Metric metric,
                                                  std::span<const PassageName> passages) {
  VICINAL_TRY_VOID(check_query(query, snapshot_->manifest().identity.dimensions));
  const ExactScorer scorer(query, metric);
  std::vector<float> scores;
  for (const PassageName& passage : passages) {
    VICINAL_TRY(const std::span<const float> vector, passage_vector(passage));
    scores.push_back(scorer.row(vector));
  }
  return scores;
}

Result<std::vector<float>> Reader::random_vectors(size_t count, uint64_t seed) {
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  std::vector<std::pair<size_t, uint64_t>> rows;  // file, row
  uint64_t all = 0;
  for (const VectorSet::OpenFile& file : vectors->files()) all += file.entry.rows;
  std::mt19937_64 random(seed);
  // Dead rows are drawn in vain; where most are, fewer vectors come.
  for (size_t draws = 0; all > 0 && rows.size() < count && draws < 4 * count; ++draws) {
    uint64_t row = random() % all;
    size_t file = 0;
    while (row >= vectors->files()[file].entry.rows) row -= vectors->files()[file++].entry.rows;
    if (!vectors->files()[file].dead.dead(row)) rows.emplace_back(file, row);
  }
  std::ranges::sort(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  std::vector<float> drawn;
  for (const auto& [file, row] : rows) {
    VectorFile& of = *vectors->files()[file].vectors;
    const VectorFile::Place place = of.place_of(row);
    VICINAL_TRY(const BlockView block, of.block(place.block));
    const auto vector = block.vectors.row(place.row_in_block);
    drawn.insert(drawn.end(), vector.begin(), vector.end());
  }
  return drawn;
}

Result<Reader::Selected*> Reader::select(const filter::Condition& where) {
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  const uint64_t commit = snapshot_->manifest().last_commit;
  if (selected_ && selected_->commit == commit && selected_->where == where) return &*selected_;
  selected_.reset();
  VICINAL_TRY(Bitmap documents, attributes_.select(where, commit));
  if (!owners_ || owners_commit_ != commit) owners_ = RowOwners::of(*vectors, attributes_.ids());
  owners_commit_ = commit;
  AllowedRows rows = owners_->allow(documents);
  selected_.emplace(Selected{where, commit, std::move(documents), std::move(rows), {}});
  return &*selected_;
}

Result<StoreSelection> Reader::count(const filter::Condition& where) {
  const Manifest& manifest = snapshot_->manifest();
  if (where.holds_for_all()) return StoreSelection{manifest.documents, manifest.chunks};
  VICINAL_TRY(const Selected* selected, select(where));
  return StoreSelection{selected->documents.count(), selected->rows.rows};
}

Result<std::vector<std::string>> Reader::list(std::string_view after, size_t limit, const filter::Condition& where) {
  VICINAL_TRY(Selected * selected, select(where));
  if (!selected->names) VICINAL_TRY_VOID(name(*selected));
  const auto first =
      std::ranges::upper_bound(*selected->names, after, {}, [](const auto& n) { return std::string_view(n); });
  const auto left = static_cast<size_t>(selected->names->end() - first);
  return std::vector<std::string>(first, first + static_cast<ptrdiff_t>(std::min(limit, left)));
}

Result<> Reader::name(Selected& selected) {
  std::vector<std::string> names;
  const Bitmap& documents = selected.documents;
  if (documents.count() > documents.size() / kNamedOneByOne) {
    size_t number = 0;
    VICINAL_TRY_VOID(documents_->each_id([&](uint64_t, std::string_view external) {
      if (number < documents.size() && documents.test(number)) names.emplace_back(external);
      ++number;
    }));
    std::ranges::sort(names);
    selected.names = std::move(names);
    return {};
  }
  for (size_t i = documents.next(0); i < documents.size(); i = documents.next(i + 1)) {
    VICINAL_TRY(names.emplace_back(), documents_->external_id(attributes_.ids()[i]));
  }
  std::ranges::sort(names);
  selected.names = std::move(names);
  return {};
}

Result<bool> Reader::find_vector(const base::Hash128& embed_hash, std::span<float> out) {
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  VICINAL_CHECK_EQ(out.size(), snapshot_->manifest().identity.dimensions);
  VICINAL_TRY(const auto chunk, documents_->chunk_with(embed_hash));
  if (!chunk) return false;
  VICINAL_TRY(const std::span<const float> stored,
              vectors->vector({chunk->document, chunk->ordinal, 0}, snapshot_->folder()));
  std::ranges::copy(stored, out.begin());
  return true;
}

Result<Document> Reader::get(std::string_view id) {
  VICINAL_TRY(auto found, documents_->read(id));
  if (!found) return Error(Code::not_found, "the collection has no such document").with("id", id);
  return std::move(found->document);
}

Result<CollectionStats> Reader::stats() {
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  VICINAL_TRY(const FolderContent content, look_into(snapshot_->folder()));
  const Manifest& manifest = snapshot_->manifest();
  CollectionStats stats;
  stats.documents = manifest.documents;
  stats.chunks = manifest.chunks;
  stats.dimensions = manifest.identity.dimensions;
  stats.segments = manifest.files.size() - 1;
  stats.bytes = content.bytes;
  stats.vectors_in_tail = vectors->tail_rows();
  stats.space = manifest.identity.space;
  stats.model = manifest.identity.model;
  stats.metric = metric_name(manifest.identity.metric);
  stats.chunking = manifest.identity.chunking;
  stats.precision = provenance_value(manifest.identity, "precision");
  stats.level = provenance_value(manifest.identity, "level");
  stats.format_version = std::to_string(kFormatVersion);
  VICINAL_TRY(const std::shared_ptr<const WordRules> words, snapshot_->word_rules());
  stats.analyzer = words->analyzer().spec().to_string();
  stats.bm25 = postings::scoring_text(words->scoring());
  stats.language = manifest.identity.words.language.empty() ? "auto" : manifest.identity.words.language;
  stats.glossary_rules = words->glossary() == nullptr ? 0 : words->glossary()->size();
  return stats;
}

Result<> Reader::each_chunk(const std::function<bool(const ExportedChunk&)>& row) {
  for (std::string after;;) {
    VICINAL_TRY(const std::vector<std::string> page, documents_->list(after, kPage));
    for (const std::string& id : page) {
      VICINAL_TRY(const bool more, export_document(id, row));
      if (!more) return {};
    }
    if (page.size() < kPage) return {};
    after = page.back();
  }
}

Result<bool> Reader::export_document(std::string_view id, const std::function<bool(const ExportedChunk&)>& row) {
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  VICINAL_TRY(const auto found, documents_->read(id));
  if (!found) return true;
  const Document& document = found->document;
  ExportedChunk exported;
  exported.document = document.id;
  exported.metadata = document.metadata;
  for (size_t i = 0; i < document.chunks.size(); ++i) {
    const RowId row_id = {found->id, static_cast<uint32_t>(i), 0};
    VICINAL_TRY(const std::span<const float> vector, vectors->vector(row_id, snapshot_->folder()));
    exported.id = document.id + "#" + std::to_string(i);
    exported.text = document.chunks[i].text(document.text);
    exported.embedding.assign(vector.begin(), vector.end());
    if (!row(exported)) return false;
  }
  return true;
}

}  // namespace vicinal::index
