#include "index/reader.h"

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <tuple>

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

/// A passage's score as its field counts.
float weighted(const StoreSearch& search, float weight, float score) {
  const bool is_distance = search.metric == Metric::l2 || search.metric == Metric::l1;
  return weight == 1 || is_distance ? score : search.baseline + weight * (score - search.baseline);
}

/// Of each document the best, of equals the first.
void keep_best_of_each(std::vector<Candidate>& candidates) {
  const auto before = [](const Candidate& a, const Candidate& b) {
    return std::tie(a.document, b.score, a.ordinal) < std::tie(b.document, a.score, b.ordinal);
  };
  std::ranges::sort(candidates, before);
  const auto behind = std::ranges::unique(candidates, {}, &Candidate::document);
  candidates.erase(behind.begin(), behind.end());
}

/// How many rows both leave; these are left in `rows`.
uint64_t intersect(std::vector<Bitmap>& rows, std::span<const Bitmap> others) {
  uint64_t left = 0;
  for (size_t i = 0; i < rows.size(); ++i) left += (rows[i] &= others[i]).count();
  return left;
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
  VICINAL_TRY(const std::vector<RowGroup> groups, row_groups(options.where, options.fields));
  std::vector<std::vector<StoreHit>> found(queries.rows);
  std::vector<ScanQuery> scans;
  for (size_t i = 0; i < queries.rows; ++i)
    for (const RowGroup& group : groups)
      scans.push_back({queries.row(i), std::min<uint64_t>(options.limit, group.rows), options.metric,
                       options.best_per_document, group.allowed()});
  if (scans.empty() || options.limit == 0) return found;
  VICINAL_TRY(const auto candidates, scan(*vectors, scans));
  const auto name_of = [this](uint64_t document) { return documents_->external_id(document); };
  for (size_t i = 0; i < queries.rows; ++i) {
    const auto of_query = std::span(candidates).subspan(i * groups.size(), groups.size());
    std::vector<Candidate> all;
    for (size_t g = 0; g < groups.size(); ++g)
      for (Candidate candidate : of_query[g]) {
        candidate.score = weighted(options, groups[g].weight, candidate.score);
        all.push_back(candidate);
      }
    if (options.best_per_document && groups.size() > 1) keep_best_of_each(all);
    VICINAL_TRY(found[i], rank(all, options.limit, name_of));
  }
  return found;
}

Result<std::vector<Reader::RowGroup>> Reader::row_groups(const filter::Condition& where, const FieldWeights& fields) {
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  std::span<const Bitmap> filtered;
  uint64_t rows = vectors->live_rows();
  if (!where.holds_for_all()) {
    VICINAL_TRY(const Selected* selected, select(where));
    filtered = selected->rows.files;
    rows = selected->rows.rows;
  }
  std::vector<RowGroup> groups;
  if (fields.empty() && rows > 0) groups.push_back({1, {}, filtered, rows});
  if (fields.empty()) return groups;
  VICINAL_TRY(const FieldRows* const by_field, field_rows());
  std::map<float, std::vector<size_t>, std::greater<>> numbers;  // of fields that count alike
  for (size_t field = 0; field < std::min(fields.size(), snapshot_->manifest().identity.fields.size()); ++field)
    if (fields[field] > 0) numbers[fields[field]].push_back(field);
  for (const auto& [weight, alike] : numbers) {
    RowGroup group{weight, by_field->of(alike), {}, 0};
    group.rows = filtered.empty() ? group.own.rows : intersect(group.own.files, filtered);
    if (group.rows > 0) groups.push_back(std::move(group));
  }
  return groups;
}

Result<const FieldRows*> Reader::field_rows() {
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  const uint64_t version = snapshot_->version();
  if (!field_rows_ || field_rows_version_ != version)
    field_rows_.emplace(*vectors, snapshot_->manifest().identity.fields.size());
  field_rows_version_ = version;
  return &*field_rows_;
}

Result<LexicalAnswer> Reader::search_words(const LexicalSearch& request) {
  LexicalAnswer answer;
  VICINAL_TRY(postings::Searcher* const searcher, lexical_.searcher(request.k1, request.b, request.fields));
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

Result<VectorSet::Located> Reader::locate(const PassageName& passage) {
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  VICINAL_TRY(const auto id, documents_->internal_id(passage.document));
  const auto found = vectors->find({id.value_or(0), static_cast<uint32_t>(passage.ordinal), 0});
  if (id && found) return *found;
  return Error(Code::not_found, "the collection has no such passage")
      .with("document", passage.document)
      .with("ordinal", passage.ordinal);
}

Result<std::span<const float>> Reader::passage_vector(const PassageName& passage) {
  VICINAL_TRY(const VectorSet::Located at, locate(passage));
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  VICINAL_TRY(const BlockView block, vectors->files()[at.file].vectors->block(at.place.block));
  return block.vectors.row(at.place.row_in_block);
}

Result<std::vector<float>> Reader::score_passages(const StoreSearch& request, std::span<const PassageName> passages) {
  VICINAL_TRY_VOID(check_query(request.query, snapshot_->manifest().identity.dimensions));
  VICINAL_TRY(VectorSet* const vectors, snapshot_->vectors());
  const ExactScorer scorer(request.query, request.metric);
  std::vector<float> scores;
  for (const PassageName& passage : passages) {
    VICINAL_TRY(const VectorSet::Located at, locate(passage));
    VICINAL_TRY(const BlockView block, vectors->files()[at.file].vectors->block(at.place.block));
    const size_t field = block.ids[at.place.row_in_block].field;
    const float weight = field < request.fields.size() ? request.fields[field] : 1;
    scores.push_back(weighted(request, weight, scorer.row(block.vectors.row(at.place.row_in_block))));
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
  const uint64_t version = snapshot_->version();
  if (selected_ && selected_->version == version && selected_->where == where) return &*selected_;
  selected_.reset();
  VICINAL_TRY(Bitmap documents, attributes_.select(where, version));
  if (!owners_ || owners_version_ != version) owners_ = RowOwners::of(*vectors, attributes_.ids());
  owners_version_ = version;
  AllowedRows rows = owners_->allow(documents);
  selected_.emplace(Selected{where, version, std::move(documents), std::move(rows), {}});
  return &*selected_;
}

Result<StoreSelection> Reader::count(const filter::Condition& where, const FieldWeights& fields) {
  const Manifest& manifest = snapshot_->manifest();
  StoreSelection counted{manifest.documents, manifest.chunks};
  if (!where.holds_for_all()) {
    VICINAL_TRY(const Selected* selected, select(where));
    counted = {selected->documents.count(), selected->rows.rows};
  }
  if (fields.empty()) return counted;
  VICINAL_TRY(const std::vector<RowGroup> groups, row_groups(where, fields));
  counted.chunks = 0;
  for (const RowGroup& group : groups) counted.chunks += group.rows;
  return counted;
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
  stats.analyzer = manifest.has_words() ? words->analyzer().spec().to_string() : kNoWords;
  stats.bm25 = postings::scoring_text(words->scoring());
  stats.language = manifest.identity.words.language.empty() ? "auto" : manifest.identity.words.language;
  stats.glossary_rules = words->glossary() == nullptr ? 0 : words->glossary()->size();
  const std::vector<std::string>& fields = manifest.identity.fields;
  for (size_t field = 0; field < fields.size(); ++field) {
    VICINAL_TRY(const FieldRows* const by_field, fields.size() == 1 ? Result<const FieldRows*>(nullptr) : field_rows());
    stats.fields.push_back(
        {fields[field], by_field == nullptr ? stats.chunks : by_field->of(std::span(&field, 1)).rows});
  }
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
  const std::vector<std::string>& names = snapshot_->manifest().identity.fields;
  ExportedChunk exported;
  exported.document = document.id;
  exported.metadata = document.metadata;
  for (size_t i = 0; i < document.chunks.size(); ++i) {
    const RowId row_id = {found->id, static_cast<uint32_t>(i), 0};
    VICINAL_TRY(const std::span<const float> vector, vectors->vector(row_id, snapshot_->folder()));
    exported.id = document.id + "#" + std::to_string(i);
    exported.text = document.chunk_text(document.chunks[i]);
    if (names.size() > 1) exported.field = names.at(document.chunks[i].field);
    exported.embedding.assign(vector.begin(), vector.end());
    if (!row(exported)) return false;
  }
  return true;
}

}  // namespace vicinal::index
