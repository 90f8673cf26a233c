#pragma once
/// Documents whose text and vectors follow from (id, version), so that a test can tell what a store must answer.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/digest.h"
#include "index/store.h"

namespace vicinal::index {

/// A folder that goes with the test. In memory where the system offers that: these tests sync thousands of times.
class StoreFolder {
 public:
  StoreFolder() {
    const char* chosen = std::getenv("TMPDIR");
    std::error_code error;
    const bool memory = std::filesystem::is_directory("/dev/shm", error);
    path_ = std::string(chosen != nullptr ? chosen : memory ? "/dev/shm" : "/tmp") + "/vicinal-index-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~StoreFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  StoreFolder(const StoreFolder&) = delete;
  StoreFolder& operator=(const StoreFolder&) = delete;
  std::string store() const { return path_ + "/store"; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline StoreIdentity test_identity(size_t dimensions, Metric metric = Metric::cosine) {
  StoreIdentity identity;
  identity.space = "space-one";
  identity.space_json = R"({"model":"test"})";
  identity.model = "test-model";
  identity.dimensions = dimensions;
  identity.metric = metric;
  identity.chunking = "recursive:256t/32t";
  identity.recipe_json = R"({"chunker":1})";
  identity.provenance_json = R"({"precision":"f32","level":"scalar"})";
  return identity;
}

/// `fresh_passages`: few, where a small collection is to have files of postings.
inline Result<std::unique_ptr<Store>> open_to_write(const std::string& folder, size_t dimensions,
                                                    uint64_t fresh_passages = kMaxFreshPassages) {
  Store::OpenOptions options;
  options.access = Store::Access::write;
  options.create = test_identity(dimensions);
  options.lock_wait_seconds = 60;
  options.fresh_passages = fresh_passages;
  return Store::open(folder, options);
}

inline Result<std::unique_ptr<Store>> open_to_read(const std::string& folder) { return Store::open(folder, {}); }

/// One state of one document.
struct TestDocument {
  std::string id;
  uint64_t version = 0;
  size_t chunks = 0;          ///< of the body
  size_t notes = 0;           ///< of another field, behind these
  uint64_t new_metadata = 0;  ///< number in its metadata once that was replaced; 0: the version
  size_t passages() const { return chunks + notes; }
  bool operator==(const TestDocument&) const = default;
};

/// Words of the texts; no stemmer makes two of them alike.
inline constexpr std::array<const char*, 12> kTestWords = {"amber", "birch", "cedar", "delta", "fjord",  "grove",
                                                           "heron", "larch", "maple", "onyx",  "quartz", "tundra"};

/// "Passage 3 of doc-7, version 12, grove amber amber.": up to nine words follow, the first ones often.
inline std::string test_text(const TestDocument& document, size_t first, size_t end) {
  std::string text;
  for (size_t i = first; i < end; ++i) {
    const std::string head = std::to_string(i) + " of " + document.id + ", version " + std::to_string(document.version);
    text += "Passage " + head + ",";
    std::mt19937_64 random(base::xxh3_64(head));
    for (uint64_t words = random() % 10; words > 0; --words)
      text += std::string(" ") + kTestWords[(random() % kTestWords.size()) * (random() % 4) / 3];
    text += ".\n";
  }
  return text;
}

/// Small multiples of 1/4: scores tie often, and every sum is exact.
inline std::vector<float> test_vector(const TestDocument& document, size_t ordinal, size_t dimensions) {
  const std::string seed = document.id + "/" + std::to_string(document.version) + "/" + std::to_string(ordinal);
  std::mt19937_64 random(base::xxh3_64(seed));
  std::vector<float> vector(dimensions);
  for (float& value : vector) value = static_cast<float>(static_cast<int>(random() % 9) - 4) / 4;
  return vector;
}

inline base::Hash128 test_hash(const TestDocument& document, size_t ordinal) {
  return base::xxh3_128("embed " + document.id + "/" + std::to_string(document.version) + "/" +
                        std::to_string(ordinal));
}

inline uint64_t metadata_number(const TestDocument& document) {
  return document.new_metadata == 0 ? document.version : document.new_metadata;
}

inline std::string test_metadata(const TestDocument& document) {
  const uint64_t number = metadata_number(document);
  return number % 2 == 0 ? "" : R"({"version":)" + std::to_string(number) + "}";
}

inline DocumentWrite test_write(const TestDocument& document) {
  DocumentWrite write;
  write.id = document.id;
  write.source_root = document.version % 3 == 0 ? "" : "/root/" + std::to_string(document.version % 3);
  write.path = "path/of/" + document.id;
  write.title = "Title of " + document.id;
  write.text = test_text(document, 0, document.chunks);
  if (document.notes > 0)
    write.fields.push_back({1, "notes", test_text(document, document.chunks, document.passages())});
  write.metadata = test_metadata(document);
  write.content_hash = base::xxh3_128(write.text);
  write.stamp = {1, base::xxh3_64(document.id), write.text.size(), static_cast<int64_t>(document.version)};
  size_t start = 0;
  for (size_t i = 0; i < document.passages(); ++i) {
    const bool in_notes = i >= document.chunks;
    if (i == document.chunks) start = 0;
    const size_t end = (in_notes ? write.fields[0].text : write.text).find('\n', start) + 1;
    const size_t line = in_notes ? i - document.chunks + 1 : i + 1;
    write.chunks.push_back({start, end, line, line, 7, size_t{in_notes}});
    write.embed_hashes.push_back(test_hash(document, i));
    start = end;
  }
  return write;
}

inline Result<> upsert(Store& store, const std::vector<TestDocument>& documents, size_t dimensions) {
  std::vector<DocumentWrite> writes;
  std::vector<float> vectors;
  for (const TestDocument& document : documents) {
    writes.push_back(test_write(document));
    for (size_t i = 0; i < document.passages(); ++i) {
      const auto vector = test_vector(document, i, dimensions);
      vectors.insert(vectors.end(), vector.begin(), vector.end());
    }
  }
  return store.upsert(writes, {vectors.data(), vectors.size() / dimensions, dimensions, dimensions});
}

using Oracle = std::map<std::string, TestDocument>;

/// What an exact search must return, by the pair function. `fields`: weights of body and notes.
inline std::vector<StoreHit> expected_hits(const Oracle& oracle, std::span<const float> query, size_t limit,
                                           Metric metric, bool best, const FieldWeights& fields = {1, 1}) {
  std::vector<StoreHit> hits;
  const auto before = [](const StoreHit& a, const StoreHit& b) {
    return std::tie(b.score, a.document, a.ordinal) < std::tie(a.score, b.document, b.ordinal);
  };
  for (const auto& [id, document] : oracle) {
    std::vector<StoreHit> own;
    for (size_t i = 0; i < document.passages(); ++i) {
      const auto vector = test_vector(document, i, query.size());
      const float weight = fields[i < document.chunks ? 0 : 1];
      const bool weighs = metric == Metric::cosine || metric == Metric::dot;
      const float score = score_from_metric(similarity(query, vector, metric).value(), metric);
      if (weight > 0) own.push_back({id, i, weighs ? weight * score : score});
    }
    std::ranges::sort(own, before);
    if (best && own.size() > 1) own.resize(1);
    hits.insert(hits.end(), own.begin(), own.end());
  }
  std::ranges::sort(hits, before);
  hits.resize(std::min(limit, hits.size()));
  return hits;
}

/// Empty when the store's document is exactly this one, else what differs.
inline std::string document_differs(Store& store, const TestDocument& expected) {
  const auto found = store.get(expected.id);
  if (!found) return found.error().what();
  const DocumentWrite write = test_write(expected);
  if (found->text != write.text) return "text of " + expected.id;
  if (found->title != write.title || found->path != write.path) return "title or path of " + expected.id;
  if (found->metadata != (write.metadata.empty() ? "{}" : write.metadata)) return "metadata of " + expected.id;
  if (found->field_text(1) != (write.fields.empty() ? "" : write.fields[0].text)) return "notes of " + expected.id;
  if (found->chunks.size() != expected.passages()) return "chunks of " + expected.id;
  for (size_t i = 0; i < expected.passages(); ++i)
    if (found->chunks[i].byte_start != write.chunks[i].byte_start ||
        found->chunks[i].byte_end != write.chunks[i].byte_end || found->chunks[i].field != write.chunks[i].field)
      return "chunk bounds of " + expected.id;
  return {};
}

/// Empty when the stored vector of a chunk is exactly this one.
inline std::string vector_differs(Store& store, const TestDocument& expected, size_t ordinal, size_t dimensions) {
  std::vector<float> stored(dimensions);
  const auto found = store.find_vector(test_hash(expected, ordinal), stored);
  if (!found) return found.error().what();
  if (!*found) return "no vector of " + expected.id + "#" + std::to_string(ordinal);
  return stored == test_vector(expected, ordinal, dimensions)
             ? ""
             : "vector of " + expected.id + "#" + std::to_string(ordinal);
}

}  // namespace vicinal::index
