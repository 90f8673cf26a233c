#pragma once
/// Keys that differ from a word by a few typing errors: for fuzzy terms and for corrections.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vicinal::lexical {

/// Edits are: one code point inserted, left out, replaced, or two neighbours exchanged (restricted Damerau distance,
/// "optimal string alignment"). Of keys with a language mark only the stem is compared; the marks must be equal: a stem
/// of one language is never an error in another. Costs O(edits × length) a candidate, and little where the lengths
/// differ. Immutable and thread-safe.
class EditMatcher {
 public:
  static constexpr size_t kMaxEdits = 8;
  static constexpr size_t kMaxCodePoints = 255;  ///< of a stem; longer ones match themselves only

  /// `word`: a key. `max_edits` beyond kMaxEdits is taken as that.
  EditMatcher(std::string_view word, size_t max_edits);

  bool matches(std::string_view key) const { return distance(key) <= max_edits_; }
  /// The number of edits; max_edits + 1 for all that are more.
  size_t distance(std::string_view key) const;

  size_t max_edits() const { return max_edits_; }
  /// The stem's bytes: what a candidate must share with it in front is a prefix of this.
  std::string_view stem() const { return stem_; }

 private:
  std::string_view mark() const { return std::string_view(word_).substr(stem_.size()); }

  std::string word_;
  std::string stem_;
  std::vector<char32_t> points_;
  size_t max_edits_;
};

}  // namespace vicinal::lexical
