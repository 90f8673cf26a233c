#include <algorithm>

#include "lexical/characters.h"
#include "lexical/compounds.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

// Of one run of letters and digits; a name has fewer, a digest has more.
constexpr size_t kMaxPieces = 16, kMaxKindChanges = 4;

/// What a character is to the parts of a word.
enum class Piece : uint8_t { upper, lower, digit, dot, comma, underscore };

/// Signs that stay within a piece.
bool is_inside(char32_t c, CharClass kind) {
  return kind == CharClass::single_quote || kind == CharClass::mid_letter || kind == CharClass::double_quote ||
         c == U'\u2018' || c == U'\u2019' || c == U'\uFF07';
}

Piece piece_of(char32_t c) {
  const Character properties = character(c);
  switch (properties.kind()) {
    case CharClass::numeric:
      return Piece::digit;
    case CharClass::extend_num_let:
      return Piece::underscore;
    case CharClass::mid_num:
      return Piece::comma;
    case CharClass::mid_num_let:
      return Piece::dot;
    default:
      return properties.is_upper() ? Piece::upper : Piece::lower;
  }
}

/// One character of a word, with the marks and apostrophes that follow it.
struct Step {
  Piece piece = Piece::lower;
  bool after_sign = false;  // an apostrophe before it
  size_t begin = 0, end = 0;
};

/// The characters of a word one after another.
class Steps {
 public:
  Steps(std::string_view text, TextRange word) : text_(text), at_(word.begin), end_(word.end) {}

  bool next(Step& out) {
    if (at_ >= end_) return false;
    const text::CodePoint c = text::decode_at(text_, at_);
    out = {piece_of(c.value), after_sign_, at_, at_ + c.bytes};
    after_sign_ = false;
    for (at_ = out.end; at_ < end_; at_ = out.end) {
      const text::CodePoint mark = text::decode_at(text_, at_);
      const CharClass kind = character(mark.value).kind();
      const bool sign = is_inside(mark.value, kind);
      if (kind != CharClass::extend && !sign) break;
      after_sign_ = after_sign_ || sign;
      out.end = at_ + mark.bytes;
    }
    return true;
  }

 private:
  std::string_view text_;
  size_t at_, end_;
  bool after_sign_ = false;
};

struct Census {
  size_t letters = 0, digits = 0, dots = 0, commas = 0, underscores = 0;
  bool single_letters = true;  // with a dot between each two
  bool grouped = true;         // digits in groups of three behind commas
};

Census take_census(std::string_view text, TextRange word) {
  Census census;
  Steps steps(text, word);
  size_t run = 0;
  for (Step step; steps.next(step);) {
    const bool letter = step.piece == Piece::upper || step.piece == Piece::lower;
    const bool separator = !letter && step.piece != Piece::digit;
    if (step.piece == Piece::comma || step.piece == Piece::dot) {
      const bool first_group = census.commas == 0;
      census.grouped = census.grouped && census.dots == 0 && (first_group ? run <= 3 : run == 3);
    }
    run = separator ? 0 : run + 1;
    census.single_letters = census.single_letters && run <= 1;
    census.letters += letter;
    census.digits += step.piece == Piece::digit;
    census.dots += step.piece == Piece::dot;
    census.commas += step.piece == Piece::comma;
    census.underscores += step.piece == Piece::underscore;
  }
  census.grouped = census.grouped && census.commas > 0 && (census.dots > 0 || run == 3);
  return census;
}

/// Cuts the word where `cuts` says so of neighbours; separators belong to no piece.
class Cutter {
 public:
  Cutter(std::string_view text, TextRange word, WordParts& out) : steps_(text, word), out_(out) {
    for (have_ = 0; have_ < 3 && steps_.next(window_[have_]); ++have_) {
    }
  }

  /// At commas only.
  void cut_list() {
    for (; have_ > 0; advance()) {
      if (window_[0].piece == Piece::comma) {
        finish_run();
      } else {
        extend();
      }
    }
    close();
  }

  /// At separators and where case or kind changes.
  void cut_identifier() {
    for (; have_ > 0; advance()) {
      const Piece piece = window_[0].piece;
      const bool decimal =
          piece == Piece::dot && open_ && before_ == Piece::digit && have_ > 1 && window_[1].piece == Piece::digit;
      if (decimal) {
        out_.pieces.back().end = window_[0].end;  // before_ stays a digit
        continue;
      }
      if (piece >= Piece::dot) {
        finish_run();
        continue;
      }
      if (open_ && changes(piece)) close();
      kind_changes_ += begun_ && (piece == Piece::digit) != (before_ == Piece::digit);
      extend();
    }
    finish_run();
  }

 private:
  bool changes(Piece piece) const {
    if ((piece == Piece::digit) != (before_ == Piece::digit)) return true;
    if (piece != Piece::upper || window_[0].after_sign) return false;
    if (before_ == Piece::lower) return true;
    // The last capital of "HTTPServer" begins a word, those of "IPv6" and "PDFs" do not.
    return have_ == 3 && window_[1].piece == Piece::lower && window_[2].piece == Piece::lower;
  }
  void extend() {
    if (!open_) out_.pieces.push_back({window_[0].begin, window_[0].end});
    open_ = true;
    out_.pieces.back().end = window_[0].end;
    before_ = window_[0].piece;
    begun_ = true;
    merge_if_many();
  }
  void close() { open_ = false; }
  /// A run of letters and digits between separators is over.
  void finish_run() {
    close();
    run_ = out_.pieces.size();
    begun_ = merged_ = false;
    kind_changes_ = 0;
  }
  /// Makes the run one piece again once it has too many.
  void merge_if_many() {
    const size_t pieces = out_.pieces.size() - run_;
    merged_ = merged_ || pieces > kMaxPieces || kind_changes_ > kMaxKindChanges;
    if (!merged_ || pieces < 2) return;
    out_.pieces[run_].end = out_.pieces.back().end;
    out_.pieces.resize(run_ + 1);
  }
  void advance() {
    window_[0] = window_[1];
    window_[1] = window_[2];
    --have_;
    if (have_ == 2 && steps_.next(window_[2])) ++have_;
  }

  Steps steps_;
  WordParts& out_;
  Step window_[3];
  size_t have_ = 0;
  size_t run_ = 0;  // the first piece of the run
  size_t kind_changes_ = 0;
  bool open_ = false, begun_ = false, merged_ = false;  // a piece, the run; the run is one piece
  Piece before_ = Piece::lower;
};

/// "_emphasis_" of Markdown; "__init__" keeps its underscores.
TextRange without_underscores(std::string_view text, TextRange word) {
  const std::string_view bytes = word.of(text);
  if (bytes.starts_with("_") && !bytes.starts_with("__")) ++word.begin;
  if (word.size() > 0 && bytes.ends_with("_") && !bytes.ends_with("__")) --word.end;
  return word;
}

WordShape shape_of(const Census& census, const WordParts& parts, TextRange word) {
  if (census.digits == 0 && census.dots == 0 && census.underscores == 0)
    return parts.pieces.size() > 1 ? WordShape::mixed_case : WordShape::plain;
  return parts.pieces.size() == 1 && parts.pieces[0] == word ? WordShape::plain : WordShape::identifier;
}

}  // namespace

void split_word(std::string_view text, TextRange word, WordParts& out) {
  out.pieces.clear();
  out.without = 0;
  out.shape = WordShape::plain;
  word = out.word = without_underscores(text, word);
  const Census census = take_census(text, word);
  if (census.letters + census.digits == 0) return;
  const bool number = census.letters == 0 && census.underscores == 0;
  const bool acronym = census.digits == 0 && census.underscores == 0 && census.dots > 0 && census.single_letters;
  if ((number && (census.commas == 0 || census.grouped)) || acronym) {
    out.pieces.push_back(word);
    out.without = acronym ? '.' : census.commas > 0 ? ',' : '\0';
    return;
  }
  Cutter cutter(text, word, out);
  if (number) {
    cutter.cut_list();
    out.shape = WordShape::list;
    return;
  }
  cutter.cut_identifier();
  if (!out.pieces.empty()) out.shape = shape_of(census, out, word);
}

}  // namespace vicinal::lexical
