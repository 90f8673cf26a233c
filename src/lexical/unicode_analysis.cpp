#include <array>

#include "lexical/character_runs.h"
#include "lexical/characters.h"
#include "lexical/text_analysis.h"
#include "lexical/word_breaks.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

/// What a byte is to the fast path for plain ASCII words.
enum class Role : uint8_t {
  gap,   // ends a word for certain: white space, brackets, most punctuation
  sign,  // ends one if a gap follows
  upper,
  lower,
  digit,
  other,  // underscore, '+', '#', and all that is not ASCII: the slow path knows
};

constexpr std::array<Role, 256> make_roles() {
  std::array<Role, 256> roles{};
  for (size_t byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool sign = std::string_view("-./\\:@&'").find(c) != std::string_view::npos;
    if (c >= 'A' && c <= 'Z')
      roles[byte] = Role::upper;
    else if (c >= 'a' && c <= 'z')
      roles[byte] = Role::lower;
    else if (c >= '0' && c <= '9')
      roles[byte] = Role::digit;
    else if (byte >= 0x80 || c == '_' || c == '+' || c == '#')
      roles[byte] = Role::other;
    else
      roles[byte] = sign ? Role::sign : Role::gap;
  }
  return roles;
}
constexpr std::array<Role, 256> kRoles = make_roles();

class UnicodeAnalysis {
 public:
  UnicodeAnalysis(std::string_view text, const AnalysisPlan& plan, TokenStream& out)
      : text_(text), plan_(plan), out_(out), scratch_(out.scratch()), context_(scratch_.cache.context_of(plan.rules)) {}

  void run() {
    while (at_ < text_.size()) {
      switch (role(at_)) {
        case Role::gap:
          ++at_;
          break;
        case Role::sign:
          read_sign();
          break;
        case Role::upper:
        case Role::lower:
        case Role::digit:
          read_ascii_word();
          break;
        case Role::other:
          read_other();
          break;
      }
    }
  }

 private:
  Role role(size_t at) const { return kRoles[static_cast<unsigned char>(text_[at])]; }

  /// The word, if it is letters in a plain case or digits, and nothing is written together with it.
  void read_ascii_word() {
    size_t end = at_, uppers = 0, digits = 0;
    for (; end < text_.size(); ++end) {
      const Role byte = role(end);
      if (byte != Role::upper && byte != Role::lower && byte != Role::digit) break;
      uppers += byte == Role::upper;
      digits += byte == Role::digit;
    }
    const size_t size = end - at_;
    const bool plain_case = uppers == 0 || uppers == size || (uppers == 1 && role(at_) == Role::upper);
    const bool plain = digits == size || (digits == 0 && plain_case);
    if (!plain || !ends_plainly(end, digits > 0)) return plan_.parts ? read_compound_words() : read_word();
    add_plain({at_, end}, TokenKind::word, out_.take_position());
    at_ = end;
  }

  bool ends_plainly(size_t end, bool number) const {
    if (end == text_.size()) return true;
    const Role here = role(end);
    if (here == Role::other) return false;
    const bool last = end + 1 == text_.size();
    // Numbers go on after a comma or semicolon.
    if (here == Role::gap) return !number || last || role(end + 1) < Role::upper;
    return here == Role::sign && (last || role(end + 1) == Role::gap);
  }

  void read_sign() {
    if (plan_.parts && text_[at_] == '.' && is_leading_dot(text_, at_)) return read_compound_words();
    ++at_;
  }

  void read_other() {
    const text::CodePoint c = text::decode_at(text_, at_);
    const Character properties = character(c.value);
    if (properties.is_dense()) {
      read_run();
    } else if (properties.starts_word()) {
      plan_.parts ? read_compound_words() : read_word();
    } else {
      at_ += c.bytes;
    }
  }

  void read_run() {
    const size_t end = run_end(text_, at_);
    const bool dictionary = plan_.segment == AnalyzerSpec::Segment::icu &&
                            character(text::decode_at(text_, at_).value).kind() != CharClass::hangul;
    if (dictionary) {
      for (const TextRange word : scratch_.icu_words.words(text_, at_, end))
        add_plain(word, TokenKind::word, out_.take_position());
    } else {
      add_character_pairs(text_, at_, end, plan_.rules.fold, out_);
    }
    at_ = end;
  }

  /// Annex 29 and nothing else.
  void read_word() {
    const size_t end = word_end(text_, at_);
    split_word(text_, {at_, end}, scratch_.parts);
    if (!scratch_.parts.pieces.empty()) add_plain({at_, end}, TokenKind::word, out_.take_position());
    at_ = end;
  }

  void read_compound_words() {
    const Compound& compound = scratch_.compound;
    bool continued = false;  // inside one that is too long to be one thing
    do {
      read_compound(text_, at_, scratch_.compound);
      const bool in_part = continued || compound.goes_on;
      const bool alone = compound.words.size() == 1 && compound.words[0] == compound.whole && !in_part;
      if (!alone && !in_part && has_letters(compound.whole)) add_whole(compound.whole);
      for (const TextRange word : compound.words) {
        if (compound.suffix > 0 && compound.words.size() > 1 && word == compound.words.back())
          add_whole({word.begin, word.end + compound.suffix});  // "C++" of "C/C++"
        add_word_and_parts(word, !alone);
      }
      continued = compound.goes_on;
      at_ = compound.whole.end;
      while (continued && !starts_word_at(text_, at_)) at_ += text::decode_at(text_, at_).bytes;  // over the sign
    } while (continued);
  }

  /// Something that will take a position.
  bool has_letters(TextRange range) const {
    for (size_t at = range.begin; at < range.end;) {
      const text::CodePoint c = text::decode_at(text_, at);
      if (character(c.value).is_letter() || character(c.value).is_digit()) return true;
      at += c.bytes;
    }
    return false;
  }

  void add_word_and_parts(TextRange range, bool nested) {
    const TokenKind kind = nested ? TokenKind::part : TokenKind::word;
    if (const WordCache::Hit hit = scratch_.cache.find(context_, range.of(text_))) {  // a plain word
      return add_key(hit.view(), range, kind, out_.take_position());
    }
    split_word(text_, range, scratch_.parts);
    const WordParts& parts = scratch_.parts;
    switch (parts.shape) {
      case WordShape::plain:
        if (!parts.pieces.empty()) add_shortened(parts.pieces[0], kind);
        break;
      case WordShape::list:
        add_pieces(kind);
        break;
      case WordShape::mixed_case:
        add_mixed_case(parts.word, kind);
        break;
      case WordShape::identifier:
        add_whole(parts.word);
        add_pieces(TokenKind::part);
        break;
    }
  }

  void add_pieces(TokenKind kind) {
    for (const TextRange piece : scratch_.parts.pieces) add_plain(piece, kind, out_.take_position());
  }

  void add_mixed_case(TextRange word, TokenKind kind) {
    const uint32_t position = out_.take_position();
    add_key(scratch_.keys.key(word.of(text_), plan_.rules), word, kind, position);
    for (const TextRange piece : scratch_.parts.pieces) add_plain(piece, TokenKind::part, position);
  }

  /// A plain word, maybe one whose key leaves out a sign: "U.S.A" is "usa".
  void add_shortened(TextRange word, TokenKind kind) {
    if (scratch_.parts.without == 0) return add_plain(word, kind, out_.take_position());
    scratch_.shortened = word.of(text_);
    std::erase(scratch_.shortened, scratch_.parts.without);
    add_key(scratch_.keys.key(scratch_.shortened, plan_.rules), word, kind, out_.take_position());
  }

  /// At the position that its first part will have.
  void add_whole(TextRange range) {
    add_key(scratch_.keys.whole_key(range.of(text_), plan_.rules), range, TokenKind::whole, out_.next_position());
  }

  void add_plain(TextRange range, TokenKind kind, uint32_t position) {
    add_word(text_, range, kind, position, context_, plan_.rules, out_);
  }

  void add_key(std::string_view key, TextRange range, TokenKind kind, uint32_t position) {
    if (key.empty()) return;
    out_.add(key, position, static_cast<uint32_t>(range.begin), static_cast<uint32_t>(range.end), kind);
  }

  std::string_view text_;
  const AnalysisPlan& plan_;
  TokenStream& out_;
  AnalysisScratch& scratch_;
  uint16_t context_;
  size_t at_ = 0;
};

}  // namespace

void add_word(std::string_view text, TextRange word, TokenKind kind, uint32_t position, uint16_t context,
              const KeyRules& rules, TokenStream& out) {
  AnalysisScratch& scratch = out.scratch();
  const std::string_view bytes = word.of(text);
  std::string_view key;
  if (const WordCache::Hit hit = scratch.cache.find(context, bytes)) {
    key = hit.view();
  } else {
    key = scratch.keys.key(bytes, rules);
    scratch.cache.insert(context, bytes, key);
  }
  if (!key.empty()) out.add(key, position, static_cast<uint32_t>(word.begin), static_cast<uint32_t>(word.end), kind);
}

void analyze_unicode(std::string_view text, const AnalysisPlan& plan, TokenStream& out) {
  UnicodeAnalysis(text, plan, out).run();
}

}  // namespace vicinal::lexical
