#pragma once
/// The durable collection: documents, chunks and vectors on disk, and the exact search over them.
///
/// A folder: `collection.db` (SQLite, WAL, synchronous=FULL: manifest, documents, canonical text, chunks, the
/// list of vector extents and segments), `tail-N.vec` (fresh vectors: append-only checksummed blocks, synced *before*
/// the commit that names the extent), `segment-N.vec` (sealed, immutable, mapped, checksummed), `writer.lock`.
/// Formats: docs/formats/. This layer is given vectors; it never calls a model.
///
/// Acknowledged means committed and synced. Readers hold one snapshot: a generation with its maps pinned. Files
/// are unlinked when a newer generation no longer names them, never truncated below what a commit names.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "base/matrix_view.h"
#include "filter/condition.h"
#include "lexical/query.h"
#include "postings/bm25.h"
#include "vicinal/chunker.h"
#include "vicinal/collection.h"

namespace vicinal::index {

/// What a collection is made of; fixed at creation but for `recipe_json`, `noise_floor_json` and `provenance_json`.
struct StoreIdentity {
  std::string space;  ///< digest; compared at open
  std::string space_json;
  std::string model;  ///< name or path to open the embedder with
  size_t dimensions = 0;
  Metric metric = Metric::cosine;
  std::string chunking;              ///< ChunkSpec::to_string()
  std::string recipe_json;           ///< reader and chunker with versions; a change re-chunks what changed
  std::string analyzer = "unicode";  ///< lexical::AnalyzerSpec: how words are indexed; or kNoWords
  std::string noise_floor_json;      ///< what scores of unrelated things are (retrieve/noise_floor.h); empty: unknown
  std::string provenance_json;       ///< precision, level, engine version: recorded, never a reason to refuse
};

inline constexpr std::string_view kNoWords = "none";  ///< the analyzer of a collection without words

inline constexpr size_t kMaxIdBytes = 512;  ///< of a document's external id

/// A document to write. `vectors` row i belongs to chunks[i].
struct DocumentWrite {
  std::string id;           ///< external, UTF-8, 1 to kMaxIdBytes
  std::string source_root;  ///< the folder or file it mirrors; empty for upserted rows
  std::string path;
  std::string title;
  std::string text;            ///< canonical text
  std::string metadata;        ///< JSON object; empty: {}
  base::Hash128 content_hash;  ///< of what was read, with the recipe: unchanged hash = nothing to do
  base::FileStamp stamp;
  std::vector<Chunk> chunks;
  std::vector<base::Hash128> embed_hashes;  ///< of (space, exact embedded string), one per chunk
};

/// New metadata of a document that is there, a JSON object.
struct MetadataWrite {
  std::string id;
  std::string metadata;
};

/// What the store remembers of a document's source.
struct SourceState {
  std::string id;
  base::Hash128 content_hash;
  base::FileStamp stamp;
};

/// What a document is, without its passages: another one of its id has another hash. Of texts that were cut otherwise,
/// of other vectors, and of a source that was only touched, it is the same.
struct DocumentVersion {
  SourceState source;
  base::Hash128 version;
};

/// A search over the chunks whose documents fulfil `where`.
struct StoreSearch {
  std::span<const float> query;
  size_t limit = 0;
  Metric metric = Metric::cosine;
  bool best_per_document = false;  ///< one of each document
  filter::Condition where = {};
};

/// What a filter leaves.
struct StoreSelection {
  uint64_t documents = 0;
  uint64_t chunks = 0;
};

struct StoreHit {
  std::string document;
  size_t ordinal = 0;
  float score = 0;  ///< larger is nearer
};

/// A passage by its document's external id and its place in it.
struct PassageName {
  std::string_view document;
  size_t ordinal = 0;
};

/// A search by words (docs/lexical.md).
struct LexicalSearch {
  std::string_view query;
  size_t limit = 0;
  bool best_per_document = false;
  postings::Scoring scoring = {};
  filter::Condition where = {};
  /// Passages whose score is wanted whether they are among the best or not.
  std::span<const PassageName> also = {};
};

struct LexicalAnswer {
  std::vector<StoreHit> hits;   ///< best first; only passages that match; ties by the order in which documents came
  std::vector<float> also;      ///< of each of LexicalSearch::also; 0 without a match
  lexical::Query query;         ///< as it was understood
  std::vector<double> weights;  ///< of each of its clauses: idf times weight; 0 for one that no passage matches
  double largest = 0;           ///< what no passage can exceed
};

class Store {
 public:
  enum class Access { read, write };
  struct OpenOptions {
    Access access = Access::read;
    std::optional<StoreIdentity> create;      ///< write access: make it with this identity when absent
    std::optional<std::string> expect_space;  ///< another one stored: space_mismatch with both
    Watch watch;                              ///< waiting for the lock is reported here
    double lock_wait_seconds = -1;            ///< < 0: as long as it takes (until stop); else busy after that
    Durability durability = Durability::sync;
  };
  static Result<std::unique_ptr<Store>> open(const std::string& folder, const OpenOptions& options);
  virtual ~Store() = default;

  virtual const StoreIdentity& identity() const = 0;
  /// Nothing is written when it is the stored one.
  virtual Result<> set_recipe(const std::string& recipe_json, const std::string& chunking) = 0;
  /// Replaces StoreIdentity::noise_floor_json.
  virtual Result<> set_noise_floor(const std::string& json) = 0;

  // Writing. All of one call is done when it returns ok, or none of it is. With Durability::sync it is durable then;
  // with batch it is one commit with calls before and after it, so an error takes those along that were not durable
  // yet.
  /// `vectors`: one row per chunk over all documents in order. Replaces documents of the same id.
  virtual Result<> upsert(std::span<const DocumentWrite> documents, base::MatrixView vectors) = 0;
  virtual Result<size_t> remove(std::span<const std::string> ids) = 0;
  /// Documents that are not there are passed over; how many were. Texts, passages and vectors stay as they are.
  virtual Result<size_t> set_metadata(std::span<const MetadataWrite> writes) = 0;
  /// Sources whose bytes did not change although their stamp did.
  virtual Result<> restamp(std::span<const SourceState> sources) = 0;
  /// Makes all that was written so far durable. So do maintain() and compact(); the destructor tries to.
  virtual Result<> flush() = 0;
  /// There are writes that are not durable yet. With batch, only this store sees them.
  virtual bool has_unsynced() const = 0;
  /// Moves tail vectors into a sealed segment when the tail is large or fragmented (bounded memory); drops dead files.
  virtual Result<> maintain(const Watch& watch) = 0;
  /// One segment of all living vectors, a database without free pages. Says first how much room it needs; io where that
  /// is not there. Stopped or killed at any point, the collection is whole: each of its two steps is one commit.
  virtual Result<> compact(const Watch& watch) = 0;

  // Reading, on the snapshot of the last refresh().
  virtual Result<> refresh() = 0;
  /// Lets go of the snapshot until the next refresh(), before which nothing may be asked but identity(): while a writer
  /// of the same process is at work, its log grows without bound behind a snapshot that is held.
  virtual void release() = 0;
  /// The vector already stored for this embedded string, if any: out is [dimensions].
  virtual Result<bool> find_vector(const base::Hash128& embed_hash, std::span<float> out) = 0;
  virtual Result<std::vector<SourceState>> sources(std::string_view source_root) = 0;
  virtual Result<std::optional<SourceState>> source(std::string_view id) = 0;
  /// Exact nearest chunks, best first; ties by document id, then ordinal: min(limit, what `where` leaves).
  virtual Result<std::vector<StoreHit>> search(const StoreSearch& request) = 0;
  /// The same for each row of `queries`, in fewer passes over memory; `options.query` is not looked at.
  virtual Result<std::vector<std::vector<StoreHit>>> search_all(base::MatrixView queries,
                                                                const StoreSearch& options) = 0;
  /// False of a collection that was made without words, and of one of the first format that no writer has opened since.
  virtual bool has_words() const = 0;
  /// Best passages for the words of a query. unsupported: the collection has none.
  virtual Result<LexicalAnswer> search_words(const LexicalSearch& request) = 0;
  /// What `search` would give these passages. not_found: there is no such passage.
  virtual Result<std::vector<float>> score_passages(std::span<const float> query, Metric metric,
                                                    std::span<const PassageName> passages) = 0;
  /// A stored vector; it lives until the next refresh(). not_found: there is no such passage.
  virtual Result<std::span<const float>> passage_vector(const PassageName& passage) = 0;
  /// `count` stored vectors drawn at random, one behind the other; the same seed draws the same of one commit. Fewer
  /// where there are fewer.
  virtual Result<std::vector<float>> random_vectors(size_t count, uint64_t seed) = 0;
  virtual Result<StoreSelection> count(const filter::Condition& where) = 0;
  virtual Result<Document> get(std::string_view id) = 0;  ///< not_found with the id
  /// As it was written, but for the hashes of what was embedded.
  virtual Result<std::optional<DocumentWrite>> written(std::string_view id) = 0;
  virtual Result<std::vector<DocumentVersion>> versions(std::string_view after, size_t limit) = 0;
  virtual Result<std::optional<std::string>> metadata(std::string_view id) = 0;
  /// External ids in their order, of documents that fulfil `where`.
  virtual Result<std::vector<std::string>> list(std::string_view after, size_t limit,
                                                const filter::Condition& where = {}) = 0;
  virtual Result<CollectionStats> stats() = 0;
  /// Rows of replaced and removed documents, which a merge will drop.
  virtual Result<uint64_t> dead_vectors() = 0;
  /// In document id order.
  virtual Result<> each_chunk(const std::function<bool(const ExportedChunk&)>& row) = 0;
};

}  // namespace vicinal::index
