#include "text/language.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <unordered_map>
#include <vector>

#include "text/scripts.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace vicinal::text {
namespace {

constexpr size_t kMaxBytes = 4096;
constexpr size_t kMinLetters = 8;  // of the main script, where a script stands for a language
constexpr double kMainScriptShare = 0.6;
constexpr double kKanaShare = 0.05;    // of kana among kana and Han: Japanese
constexpr size_t kMinWords = 3;        // function words seen, where words decide
constexpr double kMinWordShare = 0.1;  // function words among all words
constexpr double kMinLead = 1.1;       // score of the best language over the second

struct LanguageWords {
  std::string_view code;
  std::string_view words;
};

#include "text/language_words.inl"

constexpr size_t kLanguages = std::size(kLanguageWords);
using Scores = std::array<double, kLanguages>;

std::vector<std::string_view> split_at_spaces(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

/// Word → languages that use it, as bits.
using WordTable = std::unordered_map<std::string_view, uint32_t>;
static_assert(kLanguages <= 32);

const WordTable& word_table() {
  static const WordTable table = [] {
    WordTable words;
    for (size_t i = 0; i < kLanguages; ++i) {
      for (const std::string_view word : split_at_spaces(kLanguageWords[i].words)) words[word] |= 1u << i;
    }
    return words;
  }();
  return table;
}

struct Sample {
  std::array<size_t, kScripts> letters = {};
  std::vector<std::string> words;
  size_t total_letters() const {
    size_t total = 0;
    for (const size_t n : letters) total += n;
    return total;
  }
};

/// Words in lower case: runs of letters and marks, with apostrophes and hyphens inside.
Sample take_sample(std::string_view text) {
  Sample sample;
  std::string word;
  const auto close = [&] {
    if (!word.empty()) sample.words.push_back(std::move(word));
    word.clear();
  };
  for (size_t at = 0; at < text.size();) {
    if (const char c = text[at]; static_cast<unsigned char>(c) < 0x80) {  // most of most texts
      ++at;
      const char lower = static_cast<char>(c | 0x20);
      if (lower >= 'a' && lower <= 'z') {
        ++sample.letters[static_cast<size_t>(Script::latin)];
        word += lower;
      } else if ((c == '\'' || c == '-') && !word.empty()) {
        word += c;
      } else {
        close();
      }
      continue;
    }
    const CodePoint c = decode_at(text, at);
    at += c.bytes;
    const Script script = script_of(c.value);
    if (script != Script::none) {
      ++sample.letters[static_cast<size_t>(script)];
      append_utf8(word, lower_case(c.value));
    } else if (is_combining_mark(c.value)) {
      append_utf8(word, c.value);
    } else if (c.value == U'\u2019' && !word.empty()) {
      word += '\'';
    } else {
      close();
    }
  }
  close();
  return sample;
}

/// A word that few languages share says more than one that many do.
Scores score_words(const Sample& sample, size_t& hits) {
  Scores scores = {};
  hits = 0;
  for (const std::string& word : sample.words) {
    const auto found = word_table().find(word);
    if (found == word_table().end()) continue;
    ++hits;
    const double weight = 1.0 / std::popcount(found->second);
    for (size_t i = 0; i < kLanguages; ++i) {
      if ((found->second >> i & 1) != 0) scores[i] += weight;
    }
  }
  return scores;
}

std::string_view guess_by_words(const Sample& sample) {
  size_t hits = 0;
  const Scores scores = score_words(sample, hits);
  if (hits < kMinWords || static_cast<double>(hits) < kMinWordShare * static_cast<double>(sample.words.size())) {
    return "";
  }
  const auto best = std::ranges::max_element(scores);
  Scores others = scores;
  others[static_cast<size_t>(best - scores.begin())] = 0;
  return *best >= kMinLead * *std::ranges::max_element(others) ? kLanguageWords[best - scores.begin()].code : "";
}

size_t count_letters(std::string_view text, std::u32string_view letters) {
  size_t count = 0;
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = decode_at(text, at);
    at += c.bytes;
    count += letters.contains(c.value) ? 1 : 0;
  }
  return count;
}

std::string_view guess_arabic(std::string_view text) {
  const size_t urdu = count_letters(text, U"\u0679\u0688\u0691\u06BA\u06D2\u06C1\u06BE");
  const size_t persian = count_letters(text, U"\u067E\u0686\u0698\u06AF\u06A9\u06CC");
  const size_t arabic = count_letters(text, U"\u0643\u064A\u0629\u0649\u0625\u0623");
  if (urdu > arabic && urdu * 3 > persian) return "ur";
  return persian > arabic ? "fa" : "ar";
}

std::string_view guess_by_script(std::string_view text, const Sample& sample) {
  const auto letters = [&](Script script) { return static_cast<double>(sample.letters[static_cast<size_t>(script)]); };
  const double total = static_cast<double>(sample.total_letters());
  const double east = letters(Script::kana) + letters(Script::han);
  if (east > kMainScriptShare * total) return letters(Script::kana) > kKanaShare * east ? "ja" : "zh";
  // Korean and Japanese texts keep Chinese characters.
  if (letters(Script::hangul) + letters(Script::han) > kMainScriptShare * total) return "ko";
  const auto main = std::ranges::max_element(sample.letters);
  if (static_cast<double>(*main) < kMainScriptShare * total) return "";
  const auto script = static_cast<Script>(main - sample.letters.begin());
  if (script == Script::latin || script == Script::cyrillic) return guess_by_words(sample);
  return script == Script::arabic ? guess_arabic(text) : language_of_script(script);
}

struct LanguageName {
  std::string_view code, name;
};
constexpr LanguageName kNames[] = {
    {"ar", "Arabic"},    {"bg", "Bulgarian"},  {"bn", "Bengali"},    {"cs", "Czech"},      {"da", "Danish"},
    {"de", "German"},    {"el", "Greek"},      {"en", "English"},    {"es", "Spanish"},    {"fa", "Persian"},
    {"fi", "Finnish"},   {"fr", "French"},     {"gu", "Gujarati"},   {"he", "Hebrew"},     {"hi", "Hindi"},
    {"hu", "Hungarian"}, {"hy", "Armenian"},   {"id", "Indonesian"}, {"it", "Italian"},    {"ja", "Japanese"},
    {"ka", "Georgian"},  {"km", "Khmer"},      {"kn", "Kannada"},    {"ko", "Korean"},     {"lo", "Lao"},
    {"ml", "Malayalam"}, {"my", "Burmese"},    {"nl", "Dutch"},      {"no", "Norwegian"},  {"pa", "Punjabi"},
    {"pl", "Polish"},    {"pt", "Portuguese"}, {"ro", "Romanian"},   {"ru", "Russian"},    {"si", "Sinhala"},
    {"sr", "Serbian"},   {"sv", "Swedish"},    {"ta", "Tamil"},      {"te", "Telugu"},     {"th", "Thai"},
    {"tr", "Turkish"},   {"uk", "Ukrainian"},  {"ur", "Urdu"},       {"vi", "Vietnamese"}, {"zh", "Chinese"}};

}  // namespace

std::string_view guess_language(std::string_view text) {
  text = text.substr(0, boundary_at_or_before(text, kMaxBytes));
  const Sample sample = take_sample(text);
  const auto& letters = sample.letters;
  const size_t dense = letters[static_cast<size_t>(Script::han)] + letters[static_cast<size_t>(Script::hangul)] +
                       letters[static_cast<size_t>(Script::kana)];
  // A character of these scripts says as much as a syllable or word.
  if (sample.total_letters() + dense < kMinLetters) return "";
  return guess_by_script(text, sample);
}

std::string_view language_name(std::string_view code) {
  const auto* found = std::ranges::find(kNames, code, &LanguageName::code);
  return found == std::end(kNames) ? code : found->name;
}

}  // namespace vicinal::text
