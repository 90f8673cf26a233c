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

/// The fastest precision whose scores stay within 0.1 point of f32's on this machine: bf16 where the kernels in use have
/// bf16 instructions, else f32. Errors: see cpu_report.
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
};

/// What one call did, for the line that a tool prints afterwards.
struct EmbedReport {
  size_t texts = 0;
  size_t tokens = 0;              ///< encoded, special tokens included, repeated texts counted once
  size_t repeated = 0;            ///< texts that were equal to another of the same window
  size_t cut = 0;                 ///< texts cut at the token limit
  std::vector<size_t> cut_texts;  ///< indices of the first 100 of them
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
