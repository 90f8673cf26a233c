#include "text/added_tokens.h"

#include <algorithm>
#include <cstring>

#include "text/unicode.h"
#include "text/utf8.h"
#include "text/wordpiece.h"

namespace vicinal::text {
namespace {

constexpr size_t kMaxAddedTokens = 1 << 20;

bool word_character_before(std::string_view text, size_t at) {
  return at > 0 && is_word_character(decode_at(text, previous_boundary(text, at)).value);
}

bool word_character_at(std::string_view text, size_t at) {
  return at < text.size() && is_word_character(decode_at(text, at).value);
}

size_t white_space_start(std::string_view text, size_t at, size_t limit) {
  while (at > limit && is_white_space(decode_at(text, previous_boundary(text, at)).value)) {
    at = previous_boundary(text, at);
  }
  return at;
}

size_t white_space_end(std::string_view text, size_t at) {
  while (at < text.size()) {
    const CodePoint c = decode_at(text, at);
    if (!is_white_space(c.value)) break;
    at += c.bytes;
  }
  return at;
}

bool contains_white_space(std::string_view text) {
  for (size_t at = 0; at < text.size(); at += decode_at(text, at).bytes) {
    if (is_white_space(decode_at(text, at).value)) return true;
  }
  return false;
}

}  // namespace

Result<std::vector<AddedToken>> parse_added_tokens(const base::Json& list) {
  std::vector<AddedToken> tokens;
  if (list.is_null()) return tokens;
  const auto* entries = list.array();
  if (entries == nullptr || entries->size() > kMaxAddedTokens) {
    return Error(Code::corrupt, "added tokens are no list of sensible length").with("place", "added_tokens");
  }
  for (const base::Json& entry : *entries) {
    const auto* content = entry["content"].string();
    if (content == nullptr) return Error(Code::corrupt, "added token without content").with("place", "added_tokens");
    VICINAL_TRY(const int32_t id, token_id(entry["id"], "added_tokens", *content));
    if (content->empty()) continue;
    tokens.push_back({.content = *content,
                      .id = id,
                      .single_word = entry["single_word"].boolean_or(false),
                      .strip_left = entry["lstrip"].boolean_or(false),
                      .strip_right = entry["rstrip"].boolean_or(false),
                      .normalized = entry["normalized"].boolean_or(!entry["special"].boolean_or(false))});
  }
  return tokens;
}

bool AddedTokenFinder::add(const AddedToken& token, std::string_view pattern) {
  if (!patterns_.insert(pattern, static_cast<int32_t>(tokens_.size()))) return false;
  tokens_.push_back(token);
  spans_white_space_ = spans_white_space_ || contains_white_space(pattern);
  if (first_bytes_.find(pattern[0]) == std::string::npos) first_bytes_ += pattern[0];
  return true;
}

std::optional<AddedTokenFinder::Match> AddedTokenFinder::find(std::string_view text, size_t search_from, size_t limit,
                                                              size_t taken) const {
  for (size_t at = next_candidate(text, search_from, limit); at < limit;) {
    const ByteTrie::Match hit = patterns_.longest_prefix(text.substr(at));
    if (hit.bytes == 0) {
      at = next_candidate(text, at + 1, limit);
      continue;
    }
    const AddedToken& token = tokens_[static_cast<size_t>(hit.value)];
    const size_t end = at + hit.bytes;
    if (token.single_word && (word_character_before(text, at) || word_character_at(text, end))) {
      at = next_candidate(text, end, limit);
      continue;
    }
    return widen(token, text, {static_cast<uint32_t>(at), static_cast<uint32_t>(end)}, taken);
  }
  return std::nullopt;
}

size_t AddedTokenFinder::next_candidate(std::string_view text, size_t from, size_t limit) const {
  if (from >= limit || first_bytes_.empty()) return limit;
  const std::string_view range = text.substr(from, limit - from);
  if (first_bytes_.size() == 1) {
    const void* found = std::memchr(range.data(), first_bytes_[0], range.size());
    return found == nullptr ? limit : from + static_cast<size_t>(static_cast<const char*>(found) - range.data());
  }
  size_t at = 0;
  while (at < range.size() && !patterns_.starts(static_cast<unsigned char>(range[at]))) ++at;
  return from + at;
}

AddedTokenFinder::Match AddedTokenFinder::widen(const AddedToken& token, std::string_view text, ByteSpan hit,
                                                size_t taken) {
  Match match{.begin = hit.begin, .end = hit.end, .search_from = hit.end, .id = token.id};
  if (token.strip_left) match.begin = white_space_start(text, hit.begin, taken);
  if (token.strip_right) match.end = white_space_end(text, hit.end);
  match.begin = std::max(match.begin, taken);
  match.end = std::max(match.end, match.begin);
  return match;
}

}  // namespace vicinal::text
