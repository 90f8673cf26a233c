/// What both arms of a collection say of each query's candidates, and how a search ranks them.
///
/// Usage: fusion_arms DOCUMENTS.jsonl VECTORS.npy QUERIES.jsonl VECTORS.npy [ANALYZER] [CANDIDATES]
/// Rows {"id","text"} and their vectors, in one order. The collection is made in a temporary folder: its postings with
/// ANALYZER (lexical/analyzer_spec.h; "unicode" is what collections have), its noise floor as after any ingest.
/// Prints JSON lines: {"mean","sigma"} of random pairs, then one of each query:
///     {"most": what BM25 could reach, "dense": […], "lexical": […], "documents": […]   candidates, by row of DOCUMENTS
///      "default": […], "rrf": […]}                                                    the best ten, by row
/// Candidates are the union of both arms' best CANDIDATES (100), each scored by both, as engine/arms does it.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unordered_map>

#include "base/json.h"
#include "engine/noise.h"
#include "engine/npy_reader.h"
#include "engine/ranking.h"
#include "engine/vector_ingest.h"

namespace {

using namespace vicinal;

constexpr size_t kRowsOfCommit = 4096;

struct Texts {
  std::vector<std::string> ids, texts;
  std::vector<float> vectors;
  size_t dimensions = 0;
  std::span<const float> vector(size_t row) const { return std::span(vectors).subspan(row * dimensions, dimensions); }
};

Texts read_texts(const char* rows, const char* vectors) {
  Texts read;
  std::ifstream file(rows);
  for (std::string line; std::getline(file, line);) {
    const base::Json row = base::Json::parse(line).value();
    read.ids.push_back(row["id"].string_or(""));
    read.texts.push_back(row["text"].string_or(""));
  }
  auto matrix = engine::NpyReader::open(vectors).value();
  read.dimensions = matrix.cols();
  read.vectors.resize(matrix.rows() * matrix.cols());
  matrix.read(read.vectors).value();
  if (matrix.rows() == read.ids.size()) return read;
  std::fprintf(stderr, "%s has %zu rows, %s %zu\n", rows, read.ids.size(), vectors, matrix.rows());
  std::exit(1);
}

std::unique_ptr<index::Store> store_of(const std::string& folder, const Texts& documents, const std::string& analyzer) {
  index::StoreIdentity identity;
  identity.space = "bench";
  identity.space_json = "{}";
  identity.dimensions = documents.dimensions;
  identity.chunking = "none";
  identity.recipe_json = identity.provenance_json = "{}";
  identity.words.analyzer = analyzer;
  auto store = index::Store::open(
                   folder, {.access = index::Store::Access::write, .create = identity, .expect_space = {}, .watch = {}})
                   .value();
  size_t next = 0;
  const auto rows = [&]() -> Result<std::vector<VectorRow>> {
    std::vector<VectorRow> batch;
    for (; batch.size() < kRowsOfCommit && next < documents.ids.size(); ++next) {
      const auto vector = documents.vector(next);
      batch.push_back({.id = documents.ids[next],
                       .text = documents.texts[next],
                       .title = {},
                       .metadata = "{}",
                       .vector = {vector.begin(), vector.end()}});
    }
    return batch;
  };
  engine::ingest_vectors(*store, rows, {}).value();
  store->refresh().value();
  return store;
}

class Arms {
 public:
  Arms(index::Store& store, const Texts& documents, size_t candidates)
      : store_(store), candidates_(candidates), floor_(engine::noise_floor_of(store)) {
    for (size_t i = 0; i < documents.ids.size(); ++i) rows_[documents.ids[i]] = i;
  }

  std::string floor() const {
    return base::JsonWriter()
        .begin_object()
        .key("mean")
        .number(floor_->mean)
        .key("sigma")
        .number(floor_->sigma)
        .end_object()
        .take();
  }

  std::string answer(std::string_view query, std::span<const float> vector) {
    base::JsonWriter out;
    out.begin_object();
    write_candidates(query, vector, out);
    write_ranking("default", retrieve::Fusion::weighted, query, vector, out);
    write_ranking("rrf", retrieve::Fusion::rrf, query, vector, out);
    return out.end_object().take();
  }

 private:
  void write_candidates(std::string_view query, std::span<const float> vector, base::JsonWriter& out) {
    const auto nearest = store_.search({.query = vector, .limit = candidates_}).value();
    std::vector<index::PassageName> names;
    for (const index::StoreHit& hit : nearest) names.push_back({hit.document, hit.ordinal});
    index::LexicalAnswer words = store_.search_words({.query = query, .limit = candidates_, .also = names}).value();
    std::unordered_map<std::string_view, size_t> known;
    for (const auto& name : names) known.emplace(name.document, known.size());
    for (const index::StoreHit& hit : words.hits) {
      if (known.contains(hit.document)) continue;
      names.push_back({hit.document, hit.ordinal});
      words.also.push_back(hit.score);
    }
    out.key("most").number(words.largest);
    out.key("dense").floats(store_.score_passages({.query = vector}, names).value());
    out.key("lexical").floats(words.also);
    out.key("documents").begin_array();
    for (const auto& name : names) out.number(uint64_t{rows_.at(std::string(name.document))});
    out.end_array();
  }

  void write_ranking(const char* name, retrieve::Fusion kind, std::string_view query, std::span<const float> vector,
                     base::JsonWriter& out) {
    retrieve::SearchPlan plan;
    plan.fuse.kind = kind;
    if (kind == retrieve::Fusion::rrf) plan.fuse.alpha = 0.5;
    const filter::Condition all;
    engine::DocumentCache documents(store_);
    const auto ranking =
        engine::rank(store_, {.text = query, .vector = vector, .plan = plan, .where = all, .floor = floor_}, documents);
    out.key(name).begin_array();
    for (const engine::RankedPassage& passage : ranking.value().passages)
      out.number(uint64_t{rows_.at(passage.document)});
    out.end_array();
  }

  index::Store& store_;
  size_t candidates_;
  std::optional<retrieve::NoiseFloor> floor_;
  std::unordered_map<std::string, size_t> rows_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 5)
    return std::fprintf(stderr, "usage: fusion_arms DOCUMENTS VECTORS QUERIES VECTORS [ANALYZER] [N]\n"), 2;
  const Texts documents = read_texts(arguments[1], arguments[2]), queries = read_texts(arguments[3], arguments[4]);
  const auto folder = std::filesystem::temp_directory_path() / ("vicinal-fusion-" + std::to_string(::getpid()));
  {
    const auto store = store_of(folder.string(), documents, count > 5 ? arguments[5] : "unicode");
    Arms arms(*store, documents, count > 6 ? std::strtoull(arguments[6], nullptr, 10) : 100);
    std::printf("%s\n", arms.floor().c_str());
    for (size_t i = 0; i < queries.ids.size(); ++i)
      std::printf("%s\n", arms.answer(queries.texts[i], queries.vector(i)).c_str());
  }
  std::filesystem::remove_all(folder);
  return 0;
}
