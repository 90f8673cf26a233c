// What a glossary adds to texts; queries: synonyms.cpp.

#include <algorithm>
#include <unordered_set>

#include "lexical/synonyms.h"
#include "text/boundaries.h"

namespace vicinal::lexical {
namespace {

constexpr size_t kMostWords = 64;  // of a left side that is annotated

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) out.append(out.empty() ? "" : between).append(part);
  return out;
}

bool same_words(const std::vector<PlacedWord>& a, const std::vector<PlacedWord>& b) {
  return std::ranges::equal(a, b, {}, &PlacedWord::word, &PlacedWord::word);
}

/// Words of a run of characters without spaces overlap: none of them is a word by itself.
bool stands_apart(std::span<const PlacedWord> words, size_t first, size_t last) {
  const bool before = first == 0 || words[first - 1].end <= words[first].begin;
  return before && (last + 1 == words.size() || words[last].end <= words[last + 1].begin);
}

}  // namespace

class Synonyms::Annotator {
 public:
  Annotator(const Synonyms& synonyms, std::string_view text)
      : synonyms_(synonyms), text_(text), words_(word_.of(text)) {}

  std::string run() {
    for (size_t at = 0; at < words_.size();) at = step(at);
    return out_.append(text_.substr(copied_));
  }

 private:
  /// Looks at the word `at`; the next one to look at.
  size_t step(size_t at) {
    const Rule* const rule = synonyms_.longest_at(row_from(at));
    if (rule == nullptr || rule->right.empty()) return at + 1;
    const size_t last = at + rule->left.size() - 1, end = words_[last].end;
    if (!stands_apart(words_, at, last)) return at + 1;
    const std::string note = " (" + joined(rule->right, ", ") + ')';
    const size_t after = end_of_note(*rule, note, end);
    const bool room = added_ + note.size() <= kMaxAddedBytes;
    if (seen_.insert(rule).second && room) {
      added_ += note.size();
      if (after == end) add(note, end);
    }
    size_t next = last + 1;
    while (next < words_.size() && words_[next].begin < after) ++next;
    return next;
  }

  /// The words from `first` on, as far as nothing but white space is between them.
  std::span<const PlacedWord> row_from(size_t first) const {
    size_t last = first;
    for (; last + 1 < words_.size() && last - first < kMostWords; ++last) {
      const size_t begin = words_[last].end, end = words_[last + 1].begin;
      if (begin > end || text::skip_white_space(text_.substr(0, end), begin) != end) break;
    }
    return std::span(words_).subspan(first, last + 1 - first);
  }

  /// Where the right sides in parentheses end that stand at `at` already; `at` where none do.
  size_t end_of_note(const Rule& rule, std::string_view note, size_t at) {
    if (text_.substr(at).starts_with(note)) return at + note.size();
    const size_t open = text::skip_white_space(text_, at);
    if (open == text_.size() || text_[open] != '(') return at;
    const size_t close = text_.substr(0, std::min(text_.size(), open + kMaxAddedBytes)).find(')', open);
    if (close == std::string_view::npos) return at;
    const std::vector<PlacedWord> written = LiteralWords().of(text_.substr(open + 1, close - open - 1));
    LiteralWords words;
    const auto says = [&](const std::string& right) { return same_words(written, words.of(right)); };
    return std::ranges::any_of(rule.right, says) || says(joined(rule.right, " ")) ? close + 1 : at;
  }

  void add(std::string_view note, size_t at) {
    out_.append(text_.substr(copied_, at - copied_)).append(note);
    copied_ = at;
  }

  const Synonyms& synonyms_;
  std::string_view text_;
  LiteralWords word_;
  const std::vector<PlacedWord>& words_;
  std::unordered_set<const Rule*> seen_;
  std::string out_;
  size_t copied_ = 0, added_ = 0;
};

std::string Synonyms::annotated(std::string_view text) const {
  return empty() ? std::string(text) : Annotator(*this, text).run();
}

std::string Synonyms::canonical() const {
  std::string out;
  for (const Rule& rule : rules_)
    out.append(joined(rule.left, " ")).append(" => ").append(joined(rule.right, ", ")) += '\n';
  return out;
}

}  // namespace vicinal::lexical
