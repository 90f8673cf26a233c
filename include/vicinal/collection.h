#pragma once
/// A folder on disk that holds documents, their passages and vectors, and finds the nearest to a query.
///
///     auto docs = vicinal::Collection::open("notes.vicinal", {.create = true, .model = "all-MiniLM-L6-v2"}).value();
///     docs.index_paths({"~/notes"}).value();
///     for (const vicinal::Hit& hit : docs.search("how do refunds work?", {.limit = 3}).value().hits)
///       std::printf("%.3f %s:%zu\n", hit.score, hit.path.c_str(), hit.line_start);
///
/// Durable: what was acknowledged survives a killed process and a lost power supply. One writer at a time
/// (it waits for the lock and says so); readers are never blocked and see one consistent snapshot.
/// A Collection object is for one thread; open it again for another.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vicinal/chunker.h"
#include "vicinal/embedder.h"
#include "vicinal/embedding.h"
#include "vicinal/progress.h"
#include "vicinal/result.h"
#include "vicinal/tokenizer.h"

namespace vicinal {
inline namespace v0 {

/// When a call of many commits, index_paths or add_vectors, makes what it wrote durable. Whatever it is, a killed
/// process leaves whole commits only, and the end of the call is durable.
enum class Durability {
  sync,   ///< every commit before it is acknowledged
  batch,  ///< many commits together, about once a second and every 16,384 passages; acknowledged when they are
  none,   ///< now and then; after a power loss the collection may be refused as damaged
};
/// invalid_argument: no such name.
Result<Durability> parse_durability(std::string_view name);
/// How a collection finds words (docs/lexical.md). What is left empty is the collection's own, or as said for a new
/// one.
struct WordOptions {
  /// "unicode stem=de stop=auto" … (default "unicode"); "none": words are not indexed, which is smaller and faster to
  /// fill, and the collection is searched by meaning alone.
  std::string analyzer;
  std::string bm25;  ///< "lucene,k1=1.2,b=0.75" (default); also bm25plus, atire, okapi
  /// ISO 639-1 code of documents that do not name their own, in a member "lang" or "language" of their metadata; "auto"
  /// (default): guessed from each text.
  std::string language;
  /// A file of rules, "k8s, kubernetes" or "API => application programming interface". What is embedded and indexed
  /// gets what they add, queries too, so that a glossary is part of the space: another one than the stored one is
  /// space_mismatch. The text is kept in the collection.
  std::string glossary;
};
/// A field of a collection, and the member of a JSONL row that its text is in.
struct FieldSource {
  std::string field;
  std::string member;
};
/// "title", "code=source"; without "=" the member has the field's name, of body: "text".
FieldSource parse_field_source(std::string_view text);

struct CollectionOptions {
  bool create = false;     ///< make it when it is not there
  bool read_only = false;  ///< never take the writer's lock; writing calls are refused
  std::string model;       ///< empty: the collection's own, or the default for a new one
  EmbedderOptions embedder;
  std::optional<ChunkSpec> chunk;  ///< empty: the collection's own, or the default for a new one
  Metric metric = Metric::cosine;  ///< of a new collection
  Durability durability = Durability::sync;
  /// Of a new collection. Of one that is there, other settings than its own take effect with the next call that
  /// indexes: `bm25` at once, `analyzer` and `language` by indexing the words of all texts anew (no text is embedded
  /// again).
  WordOptions words;
  /// Where the texts of fields stand in rows, from the next index_paths or add_vectors on; what is read from elsewhere
  /// then is read again. Fields that the collection lacks are added, up to 8. Empty: what the collection has; a new one
  /// has the body alone.
  std::vector<FieldSource> fields;
  /// Of a new collection for vectors that are made elsewhere (add_vectors): what their maker calls the space they live
  /// in, and their length. No model is opened. For a collection that is there: it must be the same space.
  std::string space;
  size_t dimensions = 0;
};

/// What looks for passages: words (BM25), meaning (vectors), or both, whose scores are fused (docs/fusion.md).
enum class SearchMode { hybrid, dense, lexical };
/// invalid_argument: no such name.
Result<SearchMode> parse_search_mode(std::string_view name);
std::string_view search_mode_name(SearchMode mode);

/// What one arm of a search said of a passage.
struct HitArm {
  std::string name;  ///< "dense" or "lexical"
  float score = 0;   ///< the arm's own: cosine, BM25
  size_t rank = 0;   ///< among the arm's candidates, from 1; 0: not found by it
};

/// One passage that was found, and what it stands for. Bytes are those of the document's canonical text, or of its
/// field's; line_start, line_end are the file's own lines, from 1, both inclusive (of a JSONL row and of other fields:
/// the lines of the text).
struct Hit {
  std::string id;        ///< of the chunk: "<document>#<ordinal>"
  std::string document;  ///< external id
  std::string path;      ///< of the file it came from; empty for JSONL rows
  std::string title;
  std::string field;  ///< whose text the passage is of: "body", or another field of the collection
  size_t byte_start = 0, byte_end = 0;
  size_t line_start = 0, line_end = 0;
  float score = 0;  ///< larger is better: the arm's where there is one (distances are negated), else the fused one
  std::vector<HitArm> arms;
  std::string text;
  std::vector<ByteSpan> highlights;  ///< bytes of `text` that words of the query matched; ascending
  std::optional<ByteSpan> sentence;  ///< of `text`: the one with most of the query's words
  std::string metadata;              ///< a JSON object
  /// Of the dense score, where that is a cosine and the collection has measured its noise: how many of a hundred random
  /// pairs of its passages are less alike.
  std::optional<double> percentile;
  std::vector<std::string> folded;  ///< ids of the passages that say the same and stand behind this one
  /// That its best sentence lies under, or else its beginning, outermost first: of Markdown, and of pages whose file
  /// did not change since.
  std::vector<std::string> headings;
  /// With SearchOptions::context, before + text + after are whole lines of the canonical text.
  std::string before, after;
  size_t context_line = 0;  ///< of the file, where `before` begins; 0: the text's lines are not the file's
};

/// A field to be searched. Weights are above 0 and mean something beside each other: docs/collections.md.
struct FieldWeight {
  std::string field;
  double weight = 1;
};
/// "title", "title:2", "title:2,body:1". invalid_argument: no name, or a weight that is no number.
Result<std::vector<FieldWeight>> parse_field_weights(std::string_view text);

/// What a search does. All but `context` and `headings` is also a plan, a JSON object (docs/fusion.md): the arms'
/// candidates are fused, folded, spread, grouped and cut.
struct SearchOptions {
  size_t limit = 10;               ///< 1 to a million
  bool best_per_document = false;  ///< only the best chunk of each document
  size_t per_document = 0;         ///< at most this many chunks of each document, as the full ranking has them; 0: all
  SearchMode mode = SearchMode::hybrid;
  double alpha = 0.7;               ///< of a hybrid search: weight of meaning, 0 to 1; words have the rest
  std::string fusion;               ///< "weighted" (default), "rrf", "distribution"
  double rrf_k = 60;                ///< of "rrf"
  std::optional<Metric> metric;     ///< empty: the collection's
  std::string where;                ///< only chunks of documents that fulfil this filter (docs/filters.md); empty: all
  std::vector<FieldWeight> fields;  ///< only chunks of these fields, which count so much; empty: of all, alike
  /// How many of its best an arm brings; 0: at least 100, twice the limit, and more where the steps need them.
  size_t dense_candidates = 0, lexical_candidates = 0;
  std::optional<double> k1, b;    ///< of BM25; empty: the collection's
  std::optional<double> fold;     ///< passages of equal text, or of at least this cosine, count as one
  std::optional<double> diverse;  ///< maximal marginal relevance; 1: relevance alone, 0: novelty alone
  size_t diverse_candidates = 0;  ///< it chooses from so many of the best; 0: 100 or twice the limit
  size_t context = 0;             ///< lines of the document that a hit brings from before and behind its passage
  bool headings = true;           ///< hits bring the headings that they lie under
};

/// A plan as it is declared. What it does not say is the default. invalid_argument: no JSON, an unknown key (with the
/// nearest known one), a value out of its range, what would change nothing.
Result<SearchOptions> parse_search_plan(std::string_view json);
/// Compact JSON that parse_search_plan gives the same options back for. invalid_argument: values out of their range.
Result<std::string> search_plan_json(const SearchOptions& options);

struct SearchResult {
  std::vector<Hit> hits;       ///< best first; ties by document id, then ordinal; min(limit, chunks_searched) of them
  size_t chunks_searched = 0;  ///< what the filter left
  size_t documents_searched = 0;       ///< their documents
  double embed_ms = 0, search_ms = 0;  ///< wall time of the two parts
  std::string plan;                    ///< the plan that was run, and over how much, for people
  std::string plan_json;               ///< the same plan, as parse_search_plan reads it
  std::vector<std::string> notes;      ///< of the query: "a quote was left open" …
  std::string suggestion;              ///< the query with words that no passage has replaced by near ones; or empty
  bool above_noise = true;             ///< false: nothing rises above what unrelated questions find here
};

/// A question, and how good documents are as answers to it (by id; 0 or less: not at all).
struct JudgedQuestion {
  std::string text;
  std::map<std::string, double> gains;
};

/// Fusion fitted on judged questions. Scores are means of nDCG@10 over those that have a good document.
struct FitReport {
  size_t questions = 0, unjudged = 0;  ///< that were fitted on; left out, having no good document
  size_t unknown_documents = 0;        ///< judged as good, and not in the collection
  double usual = 0;                    ///< as the plan that was given ranks
  double fitted = 0;                   ///< as the fitted one ranks questions that it was not fitted on, estimated
  double dense = 0, lexical = 0;       ///< each arm alone
  double gain_low = 0, gain_high = 0;  ///< 95 % interval of fitted − usual
  bool distinguishable = false;        ///< the interval lies above 0
  SearchOptions best;                  ///< the plan that was given, with the fusion that did best
  SearchOptions recommended;           ///< `best`, or the plan that was given where the gain is not distinguishable
};

/// Why inputs were left out, each with at most one line for a person.
struct Skipped {
  std::string path;
  std::string reason;
};

struct IndexReport {
  size_t inputs = 0;  ///< files and rows seen
  size_t added = 0, updated = 0, unchanged = 0, removed = 0;
  size_t chunks = 0;    ///< written
  size_t embedded = 0;  ///< vectors computed
  size_t reused = 0;    ///< vectors taken over from equal strings
  size_t cut = 0;       ///< passages cut at the model's limit
  size_t tokens = 0;
  std::vector<Skipped> skipped;
  std::string language_note;  ///< not empty: the model does not speak what most of the texts are written in
  double seconds = 0;
};

/// A text of a document beside its body.
struct FieldText {
  size_t field = 0;  ///< its place among the collection's fields, from 1
  std::string name;
  std::string text;
};

struct Document {
  std::string id;
  std::string path;
  std::string title;
  std::string text;      ///< the body
  std::string metadata;  ///< a JSON object
  std::vector<Chunk> chunks;
  std::vector<FieldText> fields = {};  ///< those that it has, ascending; a field called title has the title again

  /// The text that chunks of this field are slices of; empty where the document has none.
  std::string_view field_text(size_t field) const {
    if (field == 0) return text;
    for (const FieldText& each : fields)
      if (each.field == field) return each.text;
    return {};
  }
  std::string_view chunk_text(const Chunk& chunk) const { return chunk.text(field_text(chunk.field)); }
};

struct FieldCount {
  std::string field;
  size_t chunks = 0;
};

struct CollectionStats {
  size_t documents = 0, chunks = 0, dimensions = 0, segments = 0;
  size_t bytes = 0;            ///< on disk, all files
  size_t vectors_in_tail = 0;  ///< not yet sealed
  std::string space;           ///< hex digest
  std::string space_name;      ///< of ready vectors: what their maker calls it; else empty
  std::string model, metric, chunking, precision, level, format_version;
  std::string analyzer, bm25;  ///< how words are indexed and scored, all parts written out; "none": without words
  std::string language;        ///< of documents that name none: a code, or "auto"
  std::string glossary;        ///< hex digest of its rules; empty: none
  size_t glossary_rules = 0;
  std::vector<FieldCount> fields;  ///< the body first
};

struct Count {
  size_t documents = 0, chunks = 0;
};

/// How metadata is changed. `patch`: a JSON object, merged into what is there as a JSON merge patch (RFC 7386): members
/// replace or are added, null removes, objects are merged member by member.
struct MetadataUpdate {
  std::string patch;
  bool replace = false;  ///< the patch is all of the new metadata
  bool dry_run = false;  ///< change nothing, count
};

struct UpdateReport {
  size_t matched = 0;  ///< documents that were there, or that the filter holds for
  size_t updated = 0;  ///< of these, whose metadata is another now (with dry_run: would be)
};

/// One row of an export.
struct ExportedChunk {
  std::string id, document, text, metadata;
  std::string field;  ///< empty where the collection has the body alone
  std::vector<float> embedding;
};

/// A vector of one field that was made elsewhere, and what it is the vector of.
struct FieldVector {
  std::string field;  ///< one of the collection's
  std::string text;   ///< may be empty
  std::vector<float> vector;
};

/// A document with vectors that were made elsewhere.
struct VectorRow {
  std::string id;    ///< UTF-8, 1 to 512 bytes; replaces what has this id
  std::string text;  ///< of the body; may be empty
  std::string title;
  std::string metadata;                  ///< a JSON object, or empty
  std::vector<float> vector;             ///< of the body; empty: it has none
  std::vector<FieldVector> fields = {};  ///< beside the body; each field once
};

/// Gives the next rows, which become durable together; none at the end. Called on the caller's thread, while another
/// one stores the rows before.
using VectorSource = std::function<Result<std::vector<VectorRow>>()>;

class Collection {
 public:
  /// Not there and not `create`: not_found. Another space than the stored one: space_mismatch with both.
  /// Newer format: unsupported. Damaged: corrupt, naming file and place.
  static Result<Collection> open(const std::string& folder, const CollectionOptions& options = {},
                                 const Watch& watch = {});

  Collection(Collection&&) noexcept;
  Collection& operator=(Collection&&) noexcept;
  ~Collection();

  /// Mirrors files and folders (walks honour .gitignore; hidden and binary files are skipped; a file that
  /// vanished is removed) and upserts rows of .jsonl files {_id|id, title, text, …metadata}. Unchanged
  /// inputs cost a stat; equal strings are never embedded twice. Stopping keeps what was acknowledged.
  Result<IndexReport> index_paths(const std::vector<std::string>& paths, const Watch& watch = {});

  /// The same for vectors that were made elsewhere, in a collection opened with CollectionOptions::space: every row is
  /// a document with a passage for each of its vectors. Stopping, and a row that is refused, keep what was
  /// acknowledged.
  Result<IndexReport> add_vectors(const VectorSource& source, const Watch& watch = {});
  /// add_vectors of files: .npy (float32, rows named by their number) and JSONL {"id","embedding","text", …metadata};
  /// of several fields: "vectors": {"title": […], …} in place of "embedding".
  Result<IndexReport> add_vector_files(const std::vector<std::string>& paths, const Watch& watch = {});

  Result<SearchResult> search(std::string_view query, const SearchOptions& options = {});
  /// By a vector of the collection's space and length.
  Result<SearchResult> search_vector(std::span<const float> query, const SearchOptions& options = {});
  /// One result per query, in order; queries are embedded together.
  Result<std::vector<SearchResult>> search_many(const std::vector<std::string>& queries,
                                                const SearchOptions& options = {}, const Watch& watch = {});

  /// Finds the fusion of both arms that ranks the judged questions best, and estimates by cross-validation what it is
  /// worth on others (docs/fusion.md). `usual`: what it is compared with. invalid_argument: fewer than 5 questions with
  /// a good document, a plan of one arm, a gain that is no number.
  Result<FitReport> fit(const std::vector<JudgedQuestion>& questions, const SearchOptions& usual = {},
                        const Watch& watch = {});

  Result<Document> get(std::string_view id);
  /// Up to `limit` external ids in id order after `after` (empty: from the start), of documents that fulfil `where`.
  Result<std::vector<std::string>> list(std::string_view after = "", size_t limit = 1000, std::string_view where = "");
  /// `count` documents drawn at random among those that fulfil `where`, each as likely as any other, in id order; all
  /// of them where there are fewer. The same seed draws the same from the same documents.
  Result<std::vector<std::string>> sample(size_t count, uint64_t seed, std::string_view where = "");
  /// What fulfils a filter. invalid_argument: it cannot be read, and where.
  Result<Count> count(std::string_view where = "");
  /// How many of the ids were there. A mirrored file that still lies in its folder is back after the next index_paths.
  Result<size_t> remove(const std::vector<std::string>& ids, const Watch& watch = {});
  /// The same of what fulfils a filter, found and removed under one hold of the writer's lock. invalid_argument: the
  /// filter cannot be read, or holds for every document (`id exists` says that one means it).
  Result<size_t> remove_where(std::string_view where, const Watch& watch = {});
  /// Changes metadata and nothing else: no text is embedded, no vector written. One commit, seen by the next filter.
  /// A row or file that is indexed again keeps it while it is unchanged; a changed one brings its own metadata.
  Result<UpdateReport> update_metadata(const std::vector<std::string>& ids, const MetadataUpdate& update,
                                       const Watch& watch = {});
  /// Of all documents that fulfil a filter (empty: all), found and changed under one hold of the writer's lock.
  Result<UpdateReport> update_metadata_where(std::string_view where, const MetadataUpdate& update,
                                             const Watch& watch = {});
  Result<CollectionStats> stats();
  /// Calls `row` for every chunk in document order until it returns false.
  Result<> export_chunks(const std::function<bool(const ExportedChunk&)>& row);

 private:
  struct Impl;
  explicit Collection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// True of a filter that asks nothing: blank, or {}. invalid_argument: it cannot be read.
Result<bool> filter_holds_for_all(std::string_view where);

/// Judgements by question id and document id. The file has a line each, columns set apart by tabs or spaces: TREC's
/// "question 0 document gain", or BEIR's "question document gain" with a headline. A line of another form, a gain that
/// is no number, two judgements of one document: invalid_argument with the line.
Result<std::map<std::string, std::map<std::string, double>>> read_judgements(const std::string& path);

/// The length of the vectors in a file as add_vector_files reads them, from its beginning.
Result<size_t> vector_file_dimensions(const std::string& path);
/// The matrix of a .npy file (float32, two dimensions).
Result<Matrix> read_npy(const std::string& path);

/// The collection that `vicinal search QUERY PATH…` keeps for a set of paths, in the user's cache directory: another
/// one for another model, token limit or chunking. Not made yet and a path is not there: not_found.
Result<std::string> cached_collection_path(const std::vector<std::string>& paths, const CollectionOptions& options);

struct CopyReport {
  uint64_t documents = 0, chunks = 0, files = 0, bytes = 0;  ///< of the copy
  uint64_t commit = 0;                                       ///< the one that was copied
  double seconds = 0;
};

/// Copies one commit of the collection into a new folder, which is a collection itself. A writer may go on meanwhile;
/// what it commits later is not in the copy. All that is copied is checked against its checksums: corrupt, and no copy;
/// but a damaged file of words, which is derived, is left out.
/// The copy is made as `<target>.part` and gets its name when it is whole and on disk. invalid_argument: the target is
/// there. busy: another process makes a copy of that name.
Result<CopyReport> back_up_collection(const std::string& folder, const std::string& target, const Watch& watch = {});

/// The way back: verifies all of the backup (corrupt: with the first damage that is not of words alone), copies it
/// beside the collection's folder and puts it in place in one step. `replace`: also where a collection is; that one
/// stays until the step, its writer's lock is waited for, and programs that have it open keep reading it.
/// invalid_argument: a collection is there and not `replace`, or the folder holds other things.
Result<CopyReport> restore_collection(const std::string& backup, const std::string& folder, bool replace,
                                      const Watch& watch = {});

struct MigrateOptions {
  std::string model;  ///< a known name or a model's folder
  EmbedderOptions embedder;
  std::optional<ChunkSpec> chunk;  ///< empty: the passages stay as they were cut
  bool dry_run = false;            ///< write nothing: count, and measure a sample
};

struct MigrateReport {
  uint64_t documents = 0, chunks = 0;  ///< of the collection
  uint64_t kept = 0;                   ///< documents that an earlier, unfinished run had embedded
  uint64_t embedded = 0, cut = 0;      ///< passages, by this run; of these, cut at the model's limit
  uint64_t carried_over = 0;           ///< documents that changed while it ran
  uint64_t without_passages = 0;       ///< documents in which the new model finds nothing to embed
  uint64_t sampled_chunks = 0;         ///< passages that were embedded to measure
  uint64_t estimated_chunks = 0;       ///< passages to embed, as the sample's documents have them
  double estimated_seconds = 0;        ///< for these, as the sample took
  bool nothing_to_do = false;          ///< the collection is in that space already
  bool switched = false;               ///< the collection is in the new space now
  std::string from_model, from_space, to_model, to_space, precision;
  double seconds = 0;
};

/// Embeds all of a collection's texts with another model, in `<folder>.migrating`, while the collection goes on being
/// used; changes made to it meanwhile are carried over; then the new one takes its name in one step. Programs that have
/// the old one open must open it again. Stopped or killed before that step, the collection is as it was, and the next
/// call goes on from there; after it, the collection is the new one. Says through `watch`, before it begins, how long
/// it will take. space_mismatch: an unfinished migration to another space. busy: another process migrates.
Result<MigrateReport> migrate_collection(const std::string& folder, const MigrateOptions& options,
                                         const Watch& watch = {});

struct CompactReport {
  uint64_t bytes_before = 0, bytes_after = 0;  ///< of all files
  uint64_t dead_vectors = 0;                   ///< dropped
  uint64_t segments = 0;                       ///< afterwards: 1, or 0 without vectors
  bool log_kept =
      false;  ///< a reader holds an older commit: the log, and with it the space, is given back by the next writer
  double seconds = 0;
};

/// Merges all vectors into one segment without the dead ones, and rewrites the database where it has free pages. Takes
/// the writer's lock. Says through `watch` how much room it needs, and does nothing where that is not there (io).
/// Interrupted at any point: nothing is lost, and what was done is kept. Memory: 16 bytes a vector.
Result<CompactReport> compact_collection(const std::string& folder, const Watch& watch = {});

}  // namespace v0
}  // namespace vicinal
