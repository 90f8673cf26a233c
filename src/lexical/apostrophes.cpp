#include "lexical/apostrophes.h"

#include <algorithm>

namespace vicinal::lexical {
namespace {

// What stands before the apostrophe. "aujourd'hui" and "prud'homme" are words.
constexpr std::string_view kFrench[] = {"l", "d",  "j",     "m",      "t",      "s",     "n",
                                        "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"};
constexpr std::string_view kItalian[] = {"l",    "un",   "d",    "c",    "m",     "t",     "s",    "v",
                                         "gl",   "all",  "agl",  "dall", "dagl",  "dell",  "degl", "nell",
                                         "negl", "sull", "sugl", "coll", "quell", "quest", "bell", "sant"};
constexpr std::string_view kCatalan[] = {"l", "d", "m", "n", "s", "t"};

template <size_t N>
std::string_view without_article(std::string_view word, const std::string_view (&articles)[N]) {
  const size_t at = word.find('\'');
  if (at == std::string_view::npos || at + 1 == word.size()) return word;
  return std::ranges::find(articles, word.substr(0, at)) != std::end(articles) ? word.substr(at + 1) : word;
}

std::string_view without_possessive(std::string_view word) {
  for (const std::string_view ending : {"'s", "'"})
    if (word.ends_with(ending) && word.size() > ending.size()) return word.substr(0, word.size() - ending.size());
  return word;
}

}  // namespace

Apostrophes apostrophes_of(std::string_view language) {
  if (language == "en") return Apostrophes::english;
  if (language == "fr") return Apostrophes::french;
  if (language == "it") return Apostrophes::italian;
  return language == "ca" ? Apostrophes::catalan : Apostrophes::kept;
}

std::string_view without_apostrophe(std::string_view word, Apostrophes rules) {
  switch (rules) {
    case Apostrophes::english:
      return without_possessive(word);
    case Apostrophes::french:
      return without_article(word, kFrench);
    case Apostrophes::italian:
      return without_article(word, kItalian);
    case Apostrophes::catalan:
      return without_article(word, kCatalan);
    case Apostrophes::kept:
      break;
  }
  return word;
}

}  // namespace vicinal::lexical
