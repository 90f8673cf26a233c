#include "engine/bench_texts.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string_view>

namespace vicinal::engine {
namespace {

constexpr uint32_t kSeed = 20260101;
constexpr size_t kFewestWords = 20;

constexpr std::string_view kWords[] = {
    "river",   "mountain", "engine", "market", "winter",  "garden",   "bridge",  "colour",   "method",   "signal",
    "theory",  "water",    "house",  "paper",  "letter",  "morning",  "evening", "people",   "system",   "number",
    "school",  "street",   "family", "power",  "music",   "science",  "nature",  "history",  "language", "country",
    "village", "machine",  "metal",  "stone",  "light",   "window",   "answer",  "question", "reason",   "result",
    "sample",  "measure",  "summer", "forest", "harbour", "island",   "ocean",   "valley",   "report",   "record",
    "change",  "growth",   "energy", "matter", "motion",  "pressure", "quality", "service",  "simple",   "small"};

bool is_one_token(const text::Tokenizer& tokenizer, std::string_view word) {
  const Encoding encoding = tokenizer.encode(word, {.add_special = false});
  return encoding.ids.size() == 1 && encoding.ids[0] != tokenizer.unknown_id();
}

/// Words that are one known token each.
Result<std::vector<std::string>> whole_words(const text::Tokenizer& tokenizer) {
  std::vector<std::string> words;
  for (const std::string_view word : kWords)
    if (is_one_token(tokenizer, word)) words.emplace_back(word);
  if (words.size() >= kFewestWords) return words;
  return Error(Code::unsupported, "the tokenizer splits too many common words to make texts of an exact length")
      .with("whole_words", words.size());
}

/// std::uniform_int_distribution differs between libraries; this does not. Below 64 words its bias is nothing.
size_t pick(std::mt19937& source, size_t count) { return source() % count; }

std::string join(std::mt19937& source, const std::vector<std::string>& words, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += (i == 0 ? "" : " ") + words[pick(source, words.size())];
  return text;
}

}  // namespace

Result<std::vector<std::string>> texts_of_length(const text::Tokenizer& tokenizer, size_t tokens, size_t count) {
  VICINAL_CHECK_LT(tokenizer.special_tokens(), tokens);
  VICINAL_TRY(const std::vector<std::string> words, whole_words(tokenizer));
  std::mt19937 source(kSeed);
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) texts.push_back(join(source, words, tokens - tokenizer.special_tokens()));
  return texts;
}

Result<std::vector<std::string>> texts_of_mixed_length(const text::Tokenizer& tokenizer, size_t count, size_t longest) {
  VICINAL_TRY(const std::vector<std::string> words, whole_words(tokenizer));
  std::mt19937 source(kSeed);
  std::vector<size_t> lengths;
  // The logarithm grows with the square of the place: 10, …, 27 in the middle, …, 500.
  const double span = std::log(static_cast<double>(longest) / kShortestMixed);
  for (size_t i = 0; i < count; ++i) {
    const double place = static_cast<double>(i) / static_cast<double>(std::max<size_t>(count - 1, 1));
    const double length = kShortestMixed * std::exp(span * place * place);
    lengths.push_back(std::clamp(static_cast<size_t>(std::lround(length)), kShortestMixed, longest) -
                      tokenizer.special_tokens());
  }
  for (size_t i = lengths.size(); i > 1; --i) std::swap(lengths[i - 1], lengths[pick(source, i)]);
  std::vector<std::string> texts;
  for (const size_t length : lengths) texts.push_back(join(source, words, length));
  return texts;
}

}  // namespace vicinal::engine
