#pragma once
/// `vicinal search --interactive`: results while a question is typed.
///
/// At each key the words are searched, the last one as the beginning of a word; when typing pauses, words and meaning.
/// Both run on threads of their own with a collection each, so that typing waits for neither.

#include <optional>
#include <string>

#include "cli/session.h"
#include "vicinal/collection.h"

namespace vicinal::cli {

struct TypeAhead {
  std::optional<Collection> words;  ///< searched at every key; none: only when typing pauses
  std::optional<Collection> whole;  ///< searched with `options` when typing pauses; none: words are all
  SearchOptions options;
  std::string query;  ///< to begin with
  Style style;        ///< of the terminal
};

/// The passage that the person selected; nothing where they left without one (Esc, Ctrl-C, a signal, a hang-up).
/// invalid_argument: there is no terminal that could do this. The terminal is as it was when this returns.
Result<std::optional<Hit>> type_ahead(TypeAhead search);

}  // namespace vicinal::cli
