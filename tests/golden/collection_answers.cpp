#include "golden/collection_answers.h"

#include "vicinal/embedding.h"

namespace vicinal::golden {

namespace {

constexpr size_t kHits = 8;
constexpr size_t kAllDocuments = 1000;

void write_fields(base::JsonWriter& out, const Document& document) {
  out.key("fields").begin_object();
  for (const FieldText& field : document.fields) out.key(field.name).string(field.text);
  out.end_object().key("chunk_fields").begin_array();
  for (const Chunk& chunk : document.chunks) out.number(uint64_t{chunk.field});
  out.end_array();
}

void write_document(base::JsonWriter& out, const Document& document) {
  out.begin_object().key("id").string(document.id).key("title").string(document.title);
  out.key("path").string(document.path).key("metadata").string(document.metadata).key("text").string(document.text);
  out.key("chunks").begin_array();
  for (const Chunk& chunk : document.chunks)
    out.begin_array().number(uint64_t{chunk.byte_start}).number(uint64_t{chunk.byte_end}).end_array();
  out.end_array();
  if (!document.fields.empty()) write_fields(out, document);
  out.end_object();
}

Result<> write_search(base::JsonWriter& out, index::Store& store, const index::StoreSearch& search) {
  VICINAL_TRY(const auto hits, store.search(search));
  out.begin_object().key("metric").string(metric_name(search.metric));
  if (!search.fields.empty()) out.key("fields").floats(search.fields);
  out.key("hits").begin_array();
  for (const index::StoreHit& hit : hits)
    out.begin_array().string(hit.document).number(uint64_t{hit.ordinal}).number(hit.score).end_array();
  out.end_array().end_object();
  return {};
}

}  // namespace

Result<std::string> answers_of(index::Store& store, const std::vector<std::vector<float>>& queries) {
  base::JsonWriter out;
  out.begin_object().key("queries").begin_array();
  for (const auto& query : queries) out.floats(query);
  out.end_array().key("documents").begin_array();
  VICINAL_TRY(const auto ids, store.list("", kAllDocuments));
  for (const std::string& id : ids) {
    VICINAL_TRY(const Document document, store.get(id));
    write_document(out, document);
  }
  out.end_array().key("searches").begin_array();
  for (const auto& query : queries)
    for (const Metric metric : {Metric::cosine, Metric::dot, Metric::l2, Metric::l1})
      VICINAL_TRY_VOID(write_search(out, store, {query, kHits, metric, false}));
  const bool has_fields = store.identity().fields.size() > 1;
  for (const auto& query : queries) {
    if (!has_fields) break;
    for (const index::FieldWeights& fields : {index::FieldWeights{0, 1, 0}, index::FieldWeights{1, 0.5, 1}})
      VICINAL_TRY_VOID(write_search(out, store, {query, kHits, Metric::cosine, false, {}, fields}));
  }
  out.end_array().end_object();
  return out.take();
}

Result<std::string> words_of(index::Store& store) {
  base::JsonWriter out;
  out.begin_object();
  for (const char* query :
       {"passage version", "+sealed", "+3 -5", "\"version 1\"", "fres*", "title:first", "body:second"}) {
    VICINAL_TRY(const auto answer, store.search_words({.query = query, .limit = kAllDocuments}));
    out.key(query).begin_array();
    for (const index::StoreHit& hit : answer.hits)
      out.begin_array().string(hit.document).number(uint64_t{hit.ordinal}).number(hit.score).end_array();
    out.end_array();
  }
  out.end_object();
  return out.take();
}

std::vector<std::vector<float>> queries_in(const base::Json& answers) {
  std::vector<std::vector<float>> queries;
  const auto* rows = answers["queries"].array();
  if (rows == nullptr) return queries;
  for (const base::Json& row : *rows) {
    queries.emplace_back();
    for (const base::Json& value : *row.array()) queries.back().push_back(static_cast<float>(value.number_or(0)));
  }
  return queries;
}

}  // namespace vicinal::golden
