#include "lexical/character_runs.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include "lexical/word_breaks.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

constexpr size_t kMaxCharacterBytes = 20;  // marks beyond are not kept; folding may make it three times as long
constexpr size_t kMaxCharacterKeyBytes = 60;
static_assert(2 * kMaxCharacterKeyBytes <= TokenStream::kMaxKeyBytes);

CharClass group_of(Character c) { return c.kind() == CharClass::kana ? CharClass::han : c.kind(); }

bool is_jamo_lead(char32_t c) { return c >= 0x1100 && c <= 0x115F; }
bool is_jamo_follower(char32_t c) { return c >= 0x1160 && c <= 0x11FF; }

/// NFKC: "ｶﾞ" is one letter, and so is a syllable of jamo.
void compose_compatibly(std::string& key) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(status);
  std::string composed;
  icu::StringByteSink<std::string> sink(&composed);
  nfkc->normalizeUTF8(0, icu::StringPiece(key.data(), static_cast<int32_t>(key.size())), sink, nullptr, status);
  if (!U_FAILURE(status) && !composed.empty()) key = std::move(composed);
}

}  // namespace

size_t run_end(std::string_view text, size_t at) {
  const CharClass group = group_of(character(text::decode_at(text, at).value));
  while (at < text.size()) {
    const text::CodePoint c = text::decode_at(text, at);
    const Character properties = character(c.value);
    if (properties.kind() != CharClass::extend && group_of(properties) != group) break;
    at += c.bytes;
  }
  return at;
}

bool RunCharacters::next() {
  if (at_ >= end_) return false;
  begin_ = at_;
  const text::CodePoint first = text::decode_at(text_, at_);
  at_ = begin_ + first.bytes;
  const bool jamo = is_jamo_lead(first.value);
  while (jamo && at_ < end_ && is_jamo_follower(text::decode_at(text_, at_).value)) at_ += 3;
  at_ = skip_extends(text_, at_);
  make_key(text_.substr(begin_, at_ - begin_), at_ - begin_ > first.bytes);
  return true;
}

void RunCharacters::make_key(std::string_view character, bool several) {
  key_.clear();
  if (several) character = character.substr(0, text::boundary_at_or_before(character, kMaxCharacterBytes));
  if (!fold_) {
    key_ = character;
  } else {
    append_folded(character, kMaxCharacterKeyBytes, key_);
    if (several) compose_compatibly(key_);
  }
  if (key_.size() > kMaxCharacterKeyBytes) key_.resize(text::boundary_at_or_before(key_, kMaxCharacterKeyBytes));
  if (key_.empty()) key_ = character;  // nothing but what folding removes: Hangul fillers
}

void add_character_pairs(std::string_view text, size_t begin, size_t end, bool fold, TokenStream& out) {
  RunCharacters characters(text, begin, end, fold);
  std::string pair;
  size_t before = 0, before_end = 0;
  bool several = false;
  for (bool first = true; characters.next(); first = false) {
    if (!first) {
      const size_t half = pair.size();
      pair += characters.key();
      out.add(pair, out.take_position(), static_cast<uint32_t>(before), static_cast<uint32_t>(characters.end()),
              TokenKind::characters);
      pair.erase(0, half);
      several = true;
    } else {
      pair = characters.key();
    }
    before = characters.begin();
    before_end = characters.end();
  }
  if (pair.empty()) return;
  out.add(pair, out.take_position(), static_cast<uint32_t>(before), static_cast<uint32_t>(before_end),
          several ? TokenKind::last_character : TokenKind::characters);
}

}  // namespace vicinal::lexical
