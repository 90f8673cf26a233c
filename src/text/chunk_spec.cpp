#include <algorithm>
#include <charconv>
#include <optional>

#include "base/check.h"
#include "vicinal/chunker.h"

namespace vicinal {
inline namespace v0 {
namespace {

constexpr size_t kMaxTokens = 1'000'000'000;
constexpr std::string_view kHint = "\"none\", \"recursive\" or \"recursive:256t\"; overlap \"32t\"";

Error bad_spec(const char* what, std::string_view given) {
  return Error(Code::invalid_argument, what).with("given", given).with("write", kHint);
}

/// "256t" → 256.
std::optional<size_t> parse_tokens(std::string_view text) {
  if (!text.ends_with('t')) return std::nullopt;
  text.remove_suffix(1);
  size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > kMaxTokens) return std::nullopt;
  return value;
}

/// An overlap that was not asked for is an eighth of a small chunk, so that it always fits.
size_t default_overlap(size_t size) { return std::min(ChunkSpec().overlap_tokens, size / 8); }

}  // namespace

std::string ChunkSpec::to_string() const {
  if (strategy == Strategy::none) return "none";
  return "recursive:" + std::to_string(size_tokens) + "t/" + std::to_string(overlap_tokens) + "t";
}

Result<ChunkSpec> parse_chunk_spec(std::string_view strategy, std::string_view overlap) {
  ChunkSpec spec;
  if (strategy == "none") {
    if (!overlap.empty()) return bad_spec("chunking \"none\" takes no overlap", overlap);
    spec.strategy = ChunkSpec::Strategy::none;
    return spec;
  }
  constexpr std::string_view kRecursive = "recursive";
  if (!strategy.starts_with(kRecursive)) return bad_spec("unknown chunking strategy", strategy);
  std::string_view rest = strategy.substr(kRecursive.size());
  if (!rest.empty()) {
    const auto size = rest.starts_with(':') ? parse_tokens(rest.substr(1)) : std::nullopt;
    if (!size || *size == 0) return bad_spec("chunk size is no positive number of tokens with its unit", strategy);
    spec.size_tokens = *size;
  }
  spec.overlap_tokens = default_overlap(spec.size_tokens);
  if (!overlap.empty()) {
    const auto tokens = parse_tokens(overlap);
    if (!tokens) return bad_spec("chunk overlap is no number of tokens with its unit", overlap);
    spec.overlap_tokens = *tokens;
  }
  if (spec.overlap_tokens >= spec.size_tokens) {
    return bad_spec("chunk overlap must be smaller than the chunk", spec.to_string());
  }
  return spec;
}

}  // namespace v0
}  // namespace vicinal
