#include <algorithm>

#include "lexical/characters.h"
#include "lexical/query.h"
#include "text/boundaries.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

constexpr size_t kShortWord = 5;  // code points that "~" allows one edit

struct FieldName {
  std::string_view name;
  Field field;
};
constexpr FieldName kFieldNames[] = {{"title:", Field::title}, {"body:", Field::body}};

/// Bytes of the quotation mark at the start of the text; 0 if there is none.
size_t quote_bytes(std::string_view text) {
  if (text.starts_with('"')) return 1;
  for (const std::string_view quote : {"\u201C", "\u201D", "\u201E"})
    if (text.starts_with(quote)) return quote.size();
  return 0;
}

bool starts_with_letter(std::string_view text) {
  if (text.empty()) return false;
  const Character first = character(text::decode_at(text, 0).value);
  return first.is_letter() || first.is_digit() || first.is_dense();
}

bool ends_with_letter(std::string_view text) {
  if (text.empty()) return false;
  const Character last = character(text::decode_at(text, text::previous_boundary(text, text.size())).value);
  return last.is_letter() || last.is_digit() || last.is_dense() || last.kind() == CharClass::extend;
}

size_t count_code_points(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char byte) { return !text::is_continuation_byte(byte); }));
}

class QueryParser {
 public:
  explicit QueryParser(std::string_view text) : text_(text) {}

  ParsedQuery parse() {
    if (text_.size() > kMaxQueryBytes) {
      text_ = text_.substr(0, text::boundary_at_or_before(text_, kMaxQueryBytes));
      note("the query is longer than is read");
    }
    for (skip_space(); at_ < text_.size(); skip_space()) {
      if (out_.pieces.size() == kMaxPieces) {
        note("the query has more words than are read");
        break;
      }
      read_piece();
    }
    return std::move(out_);
  }

 private:
  std::string_view rest() const { return text_.substr(at_); }
  void skip_space() { at_ = text::skip_white_space(text_, at_); }
  void note(std::string_view text) { out_.notes.emplace_back(text); }

  void read_piece() {
    QueryPiece piece{.byte_start = at_};
    read_sign(piece);
    read_field(piece);
    if (const size_t quote = quote_bytes(rest()); quote > 0) {
      at_ += quote;
      read_phrase(piece);
    } else {
      read_word(piece);
    }
    piece.byte_end = at_;
    if (!piece.text.empty()) out_.pieces.push_back(std::move(piece));
  }

  void read_sign(QueryPiece& piece) {
    const bool sign = text_[at_] == '+' || text_[at_] == '-';
    const std::string_view next = text_.substr(at_ + 1);
    if (!sign || (quote_bytes(next) == 0 && !starts_with_letter(next))) return;
    piece.occur = text_[at_] == '+' ? Occur::required : Occur::excluded;
    ++at_;
  }

  /// A field is one where something follows it directly.
  void read_field(QueryPiece& piece) {
    for (const FieldName& field : kFieldNames) {
      if (!rest().starts_with(field.name)) continue;
      const std::string_view next = rest().substr(field.name.size());
      if (next.empty() || (quote_bytes(next) == 0 && !starts_with_letter(next))) return;
      piece.field = field.field;
      at_ += field.name.size();
      return;
    }
  }

  void read_phrase(QueryPiece& piece) {
    piece.match = Match::phrase;
    piece.text_start = at_;
    size_t end = at_;
    while (end < text_.size() && quote_bytes(text_.substr(end)) == 0) end += text::decode_at(text_, end).bytes;
    piece.text = text_.substr(at_, end - at_);
    if (end == text_.size()) note("a quote was left open");
    at_ = end + quote_bytes(text_.substr(end));
  }

  void read_word(QueryPiece& piece) {
    const size_t begin = at_;
    while (at_ < text_.size() && text::skip_white_space(text_, at_) == at_) at_ += text::decode_at(text_, at_).bytes;
    std::string_view word = text_.substr(begin, at_ - begin);
    piece.text_start = begin;
    read_prefix(word, piece);
    read_fuzzy(word, piece);
    piece.text = word;
  }

  static void read_prefix(std::string_view& word, QueryPiece& piece) {
    if (!word.ends_with('*') || !ends_with_letter(word.substr(0, word.size() - 1))) return;
    word.remove_suffix(1);
    piece.match = Match::prefix;
  }

  static void read_fuzzy(std::string_view& word, QueryPiece& piece) {
    const size_t tilde = word.rfind('~');
    if (tilde == std::string_view::npos || !ends_with_letter(word.substr(0, tilde))) return;
    const std::string_view edits = word.substr(tilde + 1);
    if (!edits.empty() && edits != "1" && edits != "2") return;
    word = word.substr(0, tilde);
    piece.match = Match::fuzzy;
    const bool one = edits.empty() ? count_code_points(word) <= kShortWord : edits == "1";
    piece.max_edits = one ? 1 : 2;
  }

  std::string_view text_;
  size_t at_ = 0;
  ParsedQuery out_;
};

}  // namespace

ParsedQuery parse_query(std::string_view text) { return QueryParser(text).parse(); }

}  // namespace vicinal::lexical
