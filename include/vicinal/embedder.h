#pragma once
/// Text in, vectors out.
///
///     auto model = vicinal::Embedder::open("all-MiniLM-L6-v2").value();
///     auto documents = model.embed_documents(texts).value();           // [texts, model.dimensions()]
///     auto query = model.embed_query("which river flows through Basel?").value();
///
/// Queries and documents are different roles with different prompts, so they are different functions.
/// The same text gives the same vector, bit for bit, whatever the batch, its order or the thread count
/// (for one precision on one instruction-set level).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vicinal/embedding.h"
#include "vicinal/progress.h"
#include "vicinal/result.h"

namespace vicinal {
inline namespace v0 {

/// The arithmetic of the encoder. f32 is the reference; bf16 multiplies in bfloat16 and adds in float;
/// int8 quantises activations per token and weights per channel.
enum class Precision { f32, bf16, int8 };
Result<Precision> parse_precision(std::string_view name);
std::string_view precision_name(Precision precision);

/// The fastest precision whose scores stay within 0.1 point of f32's on this machine: bf16 where the kernels in use
/// have bf16 instructions, else f32. Errors: see cpu_report.
Result<Precision> default_precision();

enum class Role { query, document };

/// What happens to a text over the token limit: cut on the right and count it, or refuse it with its index.
enum class OnLong { truncate, error };

struct EmbedderOptions {
  std::optional<Precision> precision;  ///< empty: default_precision(); for a collection, what it was made with
  size_t threads = 0;                  ///< 0: every core this process may use (affinity and cgroup quota honoured)
  /// 0: the model's own limit, or the collection's; special tokens included; never above the model's positions.
  size_t max_tokens = 0;
  OnLong on_long = OnLong::truncate;
  /// Bytes of resident memory that the process should stay below; 0: no limit. Windows, micro-batches and threads are
  /// made as small as that asks for; too little for the model is refused by `open`. Vectors are the same.
  size_t max_memory = 0;
};

/// What one call did, for the line that a tool prints afterwards.
struct EmbedReport {
  size_t texts = 0;
  size_t tokens = 0;              ///< encoded, special tokens included, repeated texts counted once
  size_t repeated = 0;            ///< texts that were equal to another of the same window
  size_t cut = 0;                 ///< texts cut at the token limit
  std::vector<size_t> cut_texts;  ///< indices of the first 100 of them
  double prepare_seconds = 0;     ///< CPU time of tokenizing, all threads added
  double encode_seconds = 0;      ///< CPU time of the forward passes, all threads added
  double idle_seconds = 0;        ///< wall time that threads waited for each other, all threads added
};

/// How many texts a stream should give at once.
struct WindowSize {
  size_t texts = 0;
  size_t bytes = 0;
};

/// Texts that come bit by bit, and where their vectors go. Called by the embedder's threads: `read` and `write` may run
/// at the same time, neither twice at once.
class TextStream {
 public:
  enum class Got { texts, nothing_yet, end };
  virtual ~TextStream() = default;
  /// Appends the next texts to `texts`, which is empty: about Embedder::window_size(), or fewer, so that texts of a
  /// slow pipe do not wait long for each other. `may_wait` false: nothing_yet rather than waiting. Where it waits, it
  /// gives nothing_yet a few times a second, so that the embedder can see a request to stop.
  virtual Result<Got> read(std::vector<std::string>& texts, bool may_wait) = 0;
  /// One row for each text of a `read`; reads are answered in their order. False: no more vectors are wanted.
  virtual Result<bool> write(const Matrix& vectors) = 0;
};

/// Thread-safe: any number of threads may embed at once; the work is shared by one pool.
class Embedder {
 public:
  /// `model`: a known name or alias (see models.h) or a folder with config.json, tokenizer.json, safetensors.
  static Result<Embedder> open(std::string_view model, EmbedderOptions options = {});

  Embedder(Embedder&&) noexcept;
  Embedder& operator=(Embedder&&) noexcept;
  ~Embedder();

  /// One vector each. Empty or blank text: empty_input with its index; over-long text: see OnLong.
  Result<std::vector<float>> embed_query(std::string_view text) const;
  Result<std::vector<float>> embed_document(std::string_view text) const;

  /// [texts.size(), dimensions()], in input order. `report` may be null.
  Result<Matrix> embed_queries(std::span<const std::string> texts, EmbedReport* report = nullptr,
                               const Watch& watch = {}) const;
  Result<Matrix> embed_documents(std::span<const std::string> texts, EmbedReport* report = nullptr,
                                 const Watch& watch = {}) const;

  /// Reads, embeds and writes until the stream ends, in memory that does not depend on its length. Indices in errors
  /// and report count from the stream's first text. After an error, what came before its window has been written.
  Result<> embed_stream(TextStream& stream, Role role, EmbedReport* report = nullptr, const Watch& watch = {}) const;
  WindowSize window_size() const;

  size_t dimensions() const;
  size_t max_tokens() const;  ///< the limit in force, special tokens included
  const std::string& model_name() const;
  const std::string& space() const;  ///< hex digest of all that decides what a vector means
  Precision precision() const;
  std::string_view level() const;  ///< "scalar", "avx2", "avx512" or "amx"
  size_t threads() const;

  /// For the engine's own use: the implementation behind this handle.
  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit Embedder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace v0
}  // namespace vicinal
