#include "text/abbreviations.h"

#include <algorithm>
#include <array>
#include <string>

namespace vicinal::text {
namespace {

constexpr size_t kLongest = 12;

// Lower case; words that often end a sentence themselves (no, art) are left out.
constexpr std::array<std::string_view, 75> kAbbreviations = {
    "abb",  "abs",  "approx", "apr",  "apt",  "aug",  "ave",  "bd",  "bzgl", "bzw", "ca",  "capt", "cf",
    "chap", "cmd",  "co",     "col",  "corp", "dec",  "dept", "dr",  "dra",  "ed",  "eds", "eq",   "esp",
    "etc",  "evtl", "feb",    "ff",   "fig",  "figs", "ggf",  "gov", "hr",   "inc", "jan", "jr",   "lt",
    "ltd",  "mio",  "mme",    "mr",   "mrd",  "mrs",  "ms",   "mt",  "nos",  "nov", "nr",  "núm",  "oct",
    "pag",  "ph",   "pp",     "prof", "ref",  "rev",  "sen",  "sep", "sept", "sog", "sr",  "sra",  "st",
    "str",  "tel",  "univ",   "usw",  "vgl",  "viz",  "vol",  "vs",  "zit",  "zzgl"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view last_word(std::string_view text) {
  size_t begin = text.size();
  while (begin > 0 && text.size() - begin <= kLongest) {
    const char c = text[begin - 1];
    if (!is_letter(c) && !is_digit(c) && c != '.') break;
    --begin;
  }
  return text.substr(begin);
}

/// "e.g", "Ph.D", but not "example.org".
bool has_short_parts(std::string_view word) {
  size_t length = 0;
  for (const char c : word) {
    length = c == '.' ? 0 : length + 1;
    if (length > 2 || is_digit(c)) return false;
  }
  return true;
}

bool is_known(std::string_view word) {
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::ranges::find(kAbbreviations, lower) != kAbbreviations.end();
}

}  // namespace

bool ends_in_abbreviation(std::string_view text) {
  const std::string_view word = last_word(text);
  if (word.empty() || word.size() > kLongest) return false;
  if (std::ranges::all_of(word, is_digit)) return word.size() <= 2;
  if (word.size() == 1) return word[0] >= 'A' && word[0] <= 'Z';
  if (word.contains('.')) return has_short_parts(word);
  return is_known(word);
}

}  // namespace vicinal::text
