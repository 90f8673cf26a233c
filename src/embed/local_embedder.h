#pragma once
/// Texts to vectors with a model on this machine: prompts by role, tokenizing, windows sorted by length with a
/// token budget, the forward pass on every core, results in input order.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/matrix_view.h"
#include "base/thread_pool.h"
#include "model/encoder.h"
#include "text/tokenizer.h"
#include "vicinal/embedder.h"

namespace vicinal::embed {

/// Thread-safe. Owns model, tokenizer and pool.
class LocalEmbedder {
 public:
  /// `folder`: a model folder. Prompts and names come from the folder first, from `fallback` second.
  struct Fallback {
    std::string name;  ///< catalogue name; empty: the folder's
    std::string query_prompt, document_prompt;
  };
  static Result<std::unique_ptr<LocalEmbedder>> open(const std::string& folder, const EmbedderOptions& options,
                                                     const Fallback& fallback);
  ~LocalEmbedder();

  /// out: [texts.size(), dimensions()]. Errors carry the text's index in data "index".
  /// empty_input (blank text), invalid_argument (not UTF-8), too_long (OnLong::error), interrupted.
  Result<> embed(std::span<const std::string_view> texts, Role role, base::MutableMatrixView out, EmbedReport* report,
                 const Watch& watch) const;

  /// See Embedder::embed_stream.
  Result<> embed_stream(TextStream& stream, Role role, EmbedReport* report, const Watch& watch) const;
  WindowSize window_size() const;

  const text::Tokenizer& tokenizer() const;
  const model::ModelFolder& folder() const;
  const std::string& name() const;
  const std::string& prompt(Role role) const;
  size_t dimensions() const;
  size_t max_tokens() const;
  /// Text tokens that fit beside special tokens and the document prompt.
  size_t document_budget() const;
  /// What decides the meaning of a vector, as canonical JSON, and its SHA-256 (64 hex digits).
  const std::string& space_json() const;
  const std::string& space() const;
  Precision precision() const;
  std::string_view level() const;
  size_t threads() const;

 private:
  struct Impl;
  explicit LocalEmbedder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vicinal::embed
