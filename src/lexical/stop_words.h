#pragma once
/// Function words that may be left out of an index, by language.

#include <string_view>
#include <unordered_set>

namespace vicinal::lexical {

/// Immutable and thread-safe.
class StopWords {
 public:
  /// `name`: a language's code or "lucene33"; null where there is no list. Made once, lives as long as the program.
  static const StopWords* find(std::string_view name);
  /// All names, separated by spaces.
  static std::string_view names();

  /// `word` in lower case, with its diacritics.
  bool contains(std::string_view word) const { return words_.contains(word); }

 private:
  explicit StopWords(std::string_view words);

  std::unordered_set<std::string_view> words_;
};

}  // namespace vicinal::lexical
