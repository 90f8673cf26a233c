#pragma once
/// Words that are written together: identifiers, paths, versions, hyphenated words; and the parts of a word.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace vicinal::lexical {

struct TextRange {
  size_t begin = 0;
  size_t end = 0;
  size_t size() const { return end - begin; }
  std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
  bool operator==(const TextRange&) const = default;
};

/// Words (word_breaks.h) with one sign between each two, as in `src/base/json.h`, `E-4021`, `std::vector`; with the
/// signs that begin or end a name: `.NET`, `C++`, `C#`.
struct Compound {
  TextRange whole;
  std::vector<TextRange> words;
  size_t suffix = 0;     ///< bytes of the signs that end it
  bool goes_on = false;  ///< it is too long to be one thing: more of it follows at whole.end, behind a sign
};

/// Replaces `out` by the compound that starts at `at`: where a word starts, or a dot directly before a letter.
void read_compound(std::string_view text, size_t at, Compound& out);

/// True if the dot at `at` belongs to the name that follows: ".NET", not "end.Next" or "call().next".
bool is_leading_dot(std::string_view text, size_t at);

enum class WordShape : uint8_t {
  plain,       ///< one piece: a word or a number
  list,        ///< numbers with commas between: the pieces are all there is
  mixed_case,  ///< letters only, `getUserName`: one word, whose pieces are words too
  identifier,  ///< letters and digits, or underscores or dots between: `HTTP2Server`, `foo_bar`, `example.com`
};

/// Pieces of a word. `without`: a sign to leave out of the one piece ('.' of "U.S.A", ',' of "1,000"), or 0.
struct WordParts {
  WordShape shape = WordShape::plain;
  char without = 0;
  TextRange word;                 ///< without the underscores of "_emphasis_"
  std::vector<TextRange> pieces;  ///< none: the word has neither letter nor digit
};

/// Replaces `out`. A word with too many changes of case or kind to be read (a digest, a key) is one piece.
void split_word(std::string_view text, TextRange word, WordParts& out);

}  // namespace vicinal::lexical
