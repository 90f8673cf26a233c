#include "engine/bench_profile.h"

#include <algorithm>
#include <charconv>

#include "engine/bench_texts.h"

namespace vicinal::engine {
namespace {

constexpr size_t kPassTokensPerThread = 4096;
constexpr size_t kQueryTokens = 16, kQueries = 32;
constexpr size_t kMixedTexts = 128;

Result<std::vector<std::string>> texts_of(const embed::LocalEmbedder& embedder, const BenchProfile& profile,
                                          size_t tokens, size_t threads) {
  const text::Tokenizer& tokenizer = embedder.tokenizer();
  if (profile.length == "mixed") return texts_of_mixed_length(tokenizer, kMixedTexts * threads, tokens);
  // The prompt's tokens are part of the text that the model sees.
  const size_t prompt = tokenizer.count(embedder.prompt(profile.role));
  const size_t own = tokens > prompt + tokenizer.special_tokens() ? tokens - prompt : tokens;
  const size_t count = profile.one_by_one ? kQueries : std::max(kPassTokensPerThread * threads / tokens, 2 * threads);
  return texts_of_length(tokenizer, own, count);
}

}  // namespace

Result<size_t> longest_tokens(const std::string& length) {
  if (length == "mixed") return kLongestMixed;
  if (length == "query") return kQueryTokens;
  size_t tokens = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), tokens);
  if (error == std::errc() && end == length.data() + length.size() && tokens >= 8 && tokens <= 65536) return tokens;
  return Error(Code::invalid_argument, "a length is a number of tokens from 8 on, \"query\" or \"mixed\"")
      .with("length", length);
}

Result<BenchProfile> make_profile(const embed::LocalEmbedder& embedder, const BenchOptions& options,
                                  const std::string& length, size_t threads) {
  VICINAL_TRY(size_t tokens, longest_tokens(length));
  if (length == "mixed") tokens = std::min(tokens, embedder.max_tokens());
  if (tokens > embedder.max_tokens())
    return Error(Code::invalid_argument, "the model takes no texts of this length")
        .with("length", length)
        .with("max_tokens", embedder.max_tokens());
  BenchProfile profile{.length = length, .texts = {}, .tokens = {}};
  profile.one_by_one = length == "query";
  profile.role = profile.one_by_one ? Role::query : Role::document;
  if (length == "mixed" && !options.texts.empty()) {
    profile.texts = options.texts;
  } else {
    VICINAL_TRY(profile.texts, texts_of(embedder, profile, tokens, threads));
  }
  const std::string& prompt = embedder.prompt(profile.role);
  for (const std::string& text : profile.texts)
    profile.tokens.push_back(
        embedder.tokenizer().encode(prompt + text, {.max_tokens = embedder.max_tokens()}).ids.size());
  return profile;
}

}  // namespace vicinal::engine
