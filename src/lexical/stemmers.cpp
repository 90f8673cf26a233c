#include "lexical/stemmers.h"

#include <libstemmer.h>

#include <algorithm>
#include <iterator>
#include <string>

namespace vicinal::lexical {
namespace {

using enum LetterScript;

constexpr StemLanguage kStemmed[] = {{"ar", arabic}, {"ca", latin},    {"da", latin},
                                     {"de", latin},  {"el", greek},    {"en", latin, common, true},
                                     {"es", latin},  {"eu", latin},    {"fi", latin},
                                     {"fr", latin},  {"ga", latin},    {"hi", devanagari},
                                     {"hu", latin},  {"hy", armenian}, {"id", latin, common, true},
                                     {"it", latin},  {"lt", latin},    {"ne", devanagari},
                                     {"nl", latin},  {"no", latin},    {"pt", latin},
                                     {"ro", latin},  {"ru", cyrillic}, {"sr", cyrillic, latin},
                                     {"sv", latin},  {"ta", tamil},    {"tr", latin},
                                     {"yi", hebrew}};
static_assert(std::size(kStemmed) == kStemLanguages);

}  // namespace

size_t stem_language_index(std::string_view code) {
  code = code.substr(0, code.find_first_of("-_"));
  if (code == "nb" || code == "nn") code = "no";
  return static_cast<size_t>(std::ranges::find(kStemmed, code, &StemLanguage::code) - std::begin(kStemmed));
}

const StemLanguage& stem_language(size_t index) { return kStemmed[index]; }

std::string_view stem_language_codes() {
  static const std::string codes = [] {
    std::string all;
    for (const StemLanguage& language : kStemmed) all += (all.empty() ? "" : " ") + std::string(language.code);
    return all;
  }();
  return codes;
}

Stemmers::~Stemmers() {
  for (sb_stemmer* stemmer : stemmers_) sb_stemmer_delete(stemmer);
}

std::string_view Stemmers::stem(size_t language, std::string_view word) {
  sb_stemmer*& stemmer = stemmers_[language];
  if (stemmer == nullptr) stemmer = sb_stemmer_new(std::string(kStemmed[language].code).c_str(), nullptr);
  if (stemmer == nullptr) return word;
  const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
  const sb_symbol* stem = sb_stemmer_stem(stemmer, bytes, static_cast<int>(word.size()));
  if (stem == nullptr) return word;
  return {reinterpret_cast<const char*>(stem), static_cast<size_t>(sb_stemmer_length(stemmer))};
}

}  // namespace vicinal::lexical
