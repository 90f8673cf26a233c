#pragma once
/// The inputs of a run of indexing, one after the other: each is looked at, read and cut if it has to be, never
/// embedded.
///
/// Reads the store (what is known of a source), writes nothing. For one thread at a time.

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "embed/local_embedder.h"
#include "engine/passages.h"
#include "engine/recipe.h"
#include "engine/scopes.h"
#include "index/store.h"
#include "read/walk.h"

namespace vicinal::engine {

/// What is to be done about one input.
struct Input {
  enum class Action {
    none,     ///< unchanged, or nothing to store: see `skipped`
    restamp,  ///< same content under a new stamp: `document.id`, `content_hash`, `stamp`
    write,    ///< `document` with its passages' `strings`
    remove,   ///< the document `document.id` is there, but its file holds no text any more: see `skipped`
  };
  Action action = Action::none;
  bool existed = false;  ///< a document of this id was stored before
  index::DocumentWrite document;
  std::vector<std::string> strings;
  size_t tokens = 0;          ///< estimate of the work
  std::string_view language;  ///< a guess for written documents; "" when unsure
  std::optional<Skipped> skipped;
};

class InputStream {
 public:
  struct Context {
    index::Store& store;
    const embed::LocalEmbedder& embedder;
    const Recipe& recipe;
    OnLong on_long = OnLong::truncate;  ///< error: an input with a passage over the model's limit is skipped
    const lexical::Synonyms* glossary = nullptr;
  };
  /// Walks all folders. The context must outlive the stream.
  static Result<InputStream> open(const Context& context, Plan plan);
  InputStream(InputStream&&) noexcept;
  ~InputStream();

  size_t total() const;  ///< inputs in all

  /// nullopt at the end. What is wrong with one input is in it; an error is the store's.
  Result<std::optional<Input>> next();

  /// Folders and links that the walks left out.
  const std::vector<Skipped>& left_out() const;

  /// After the end: documents whose files are gone, and documents of absorbed roots.
  Result<std::vector<std::string>> vanished() const;
  /// Roots that complete walks have taken over.
  std::vector<std::string> absorbed() const;

 private:
  struct State;
  explicit InputStream(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vicinal::engine
