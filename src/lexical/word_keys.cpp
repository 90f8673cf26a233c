#include "lexical/word_keys.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include "lexical/characters.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

constexpr size_t kMaxWordBytes = 200;
constexpr char32_t kDotlessI = 0x131;

/// The text in composed form (NFC), which stemmers expect; copied only where it is not.
std::string_view compose(std::string_view text, std::string& storage) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  const icu::StringPiece piece(text.data(), static_cast<int32_t>(text.size()));
  if (U_FAILURE(status) || nfc->isNormalizedUTF8(piece, status)) return text;
  storage.clear();
  icu::StringByteSink<std::string> sink(&storage);
  nfc->normalizeUTF8(0, piece, sink, nullptr, status);
  return U_FAILURE(status) ? text : storage;
}

bool has_marks(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const text::CodePoint c = text::decode_at(text, at);
    if (c.value >= 0x300 && character(c.value).kind() == CharClass::extend) return true;
    at += c.bytes;
  }
  return false;
}

bool is_apostrophe(char32_t c) {
  return c == U'\'' || c == U'\u2018' || c == U'\u2019' || c == U'\u02BC' || c == U'\uFF07';
}

char32_t lower_of(char32_t c, bool turkic) {
  if (c == text::kCapitalIWithDot) return U'i';
  if (turkic && c == U'I') return kDotlessI;
  return text::lower_case(c);
}

/// Letters of the language's script; marks and apostrophes are of any.
bool may_be_stemmed(char32_t c, const KeyRules& rules) {
  if (rules.stem == kNoStemming) return false;
  const Character properties = character(c);
  if (!properties.is_letter()) return !properties.is_digit() && properties.kind() != CharClass::extend_num_let;
  const StemLanguage& language = stem_language(rules.stem);
  const LetterScript script = properties.script();
  return script == language.script || script == language.second_script || script == LetterScript::common;
}

}  // namespace

/// Fills lower_ from ASCII. True if the word is one for the stemmer.
bool WordKeys::lower_ascii(std::string_view raw, const KeyRules& rules) {
  lower_.assign(raw);
  bool letters = true;
  for (char& byte : lower_) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte + ('a' - 'A'));
    letters = letters && ((byte >= 'a' && byte <= 'z') || byte == '\'');
  }
  if (rules.stem == kNoStemming) return false;
  const StemLanguage& language = stem_language(rules.stem);
  const bool latin = language.script == LetterScript::latin || language.second_script == LetterScript::latin;
  return rules.stem_all || (letters && latin);
}

/// Fills lower_. True if the word is one for the stemmer.
bool WordKeys::lower(std::string_view raw, const KeyRules& rules) {
  if (!rules.turkic && is_ascii(raw)) return lower_ascii(raw, rules);
  lower_.clear();
  bool stemmed = rules.stem != kNoStemming;
  for (size_t at = 0; at < raw.size();) {
    const text::CodePoint c = text::decode_at(raw, at);
    at += c.bytes;
    const char32_t value = lower_of(c.value, rules.turkic);
    stemmed = stemmed && (rules.stem_all || may_be_stemmed(value, rules));
    text::append_utf8(lower_, is_apostrophe(value) ? U'\'' : value);
  }
  return stemmed;
}

std::string_view WordKeys::stem(std::string_view word, const KeyRules& rules) {
  if (rules.fold && stem_language(rules.stem).fold_first) {
    folded_.clear();
    append_folded(word, TokenStream::kMaxKeyBytes, folded_);
    word = folded_;
  }
  const std::string_view stem = stemmers_.stem(rules.stem, word);
  return stem.empty() ? word : stem;
}

bool WordKeys::fold_into_key(std::string_view word, size_t max_bytes, bool fold) {
  key_.clear();
  if (fold) return append_folded(word, max_bytes, key_);
  key_ = word.substr(0, text::boundary_at_or_before(word, max_bytes));
  return key_.size() == word.size();
}

std::string_view WordKeys::key(std::string_view raw, const KeyRules& rules) {
  raw = raw.substr(0, text::boundary_at_or_before(raw, kMaxWordBytes));
  if (!is_ascii(raw) && has_marks(raw)) raw = compose(raw, composed_);
  const bool stemmed = lower(raw, rules);
  const std::string_view word = without_apostrophe(lower_, rules.apostrophes);
  if (rules.stop != nullptr && rules.stop->contains(word)) return {};
  if (!stemmed) {
    fold_into_key(word, TokenStream::kMaxKeyBytes, rules.fold);
    return key_;
  }
  const std::string_view code = stem_language(rules.stem).code;
  fold_into_key(stem(word, rules), TokenStream::kMaxKeyBytes - code.size() - 1, rules.fold);
  if (key_.empty()) return {};
  key_ += kLanguageMark;
  return key_ += code;
}

std::string_view WordKeys::whole_key(std::string_view raw, const KeyRules& rules) {
  if (raw.size() > TokenStream::kMaxKeyBytes) return {};
  if (!is_ascii(raw) && has_marks(raw)) raw = compose(raw, composed_);
  const KeyRules plain{.fold = rules.fold};
  lower(raw, plain);
  return fold_into_key(lower_, TokenStream::kMaxKeyBytes, rules.fold) ? key_ : std::string_view();
}

std::string_view stem_of_key(std::string_view key) { return key.substr(0, key.find(kLanguageMark)); }

}  // namespace vicinal::lexical
