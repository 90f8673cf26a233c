#include "text/wordpiece.h"

#include <algorithm>

namespace vicinal::text {
namespace {
constexpr int64_t kDefaultMaxCodePoints = 100;
}

Result<int32_t> token_id(const base::Json& json, std::string_view place, std::string_view token) {
  const auto id = json.integer();
  if (!id || *id < 0 || *id > kMaxTokenId) {
    return Error(Code::corrupt, "token id is no integer from 0 to 16777215").with("place", place).with("token", token);
  }
  return static_cast<int32_t>(*id);
}

Result<WordPiece> WordPiece::from_json(const base::Json& model) {
  WordPiece result;
  const std::string prefix = model["continuing_subword_prefix"].string_or("##");
  VICINAL_TRY_VOID(result.add_vocabulary(model["vocab"], prefix));
  const std::string unknown = model["unk_token"].string_or("[UNK]");
  result.unknown_id_ = result.id_of(unknown);
  if (result.unknown_id_ < 0) {
    return Error(Code::corrupt, "the vocabulary lacks the token for unknown words")
        .with("place", "model.unk_token")
        .with("token", unknown);
  }
  const int64_t max_code_points = model["max_input_chars_per_word"].integer_or(kDefaultMaxCodePoints);
  if (max_code_points < 0) {
    return Error(Code::corrupt, "limit of a word is negative").with("place", "model.max_input_chars_per_word");
  }
  result.max_code_points_ = static_cast<size_t>(max_code_points);
  return result;
}

Result<> WordPiece::add_vocabulary(const base::Json& vocabulary, std::string_view prefix) {
  const auto* entries = vocabulary.object();
  if (entries == nullptr || entries->empty()) {
    return Error(Code::corrupt, "the model has no vocabulary").with("place", "model.vocab");
  }
  std::vector<int64_t> ids;
  ids.reserve(entries->size());
  for (const auto& [token, id] : *entries) {
    VICINAL_TRY_VOID(add_token(token, id, prefix));
    ids.push_back(id.integer_or(0));
  }
  if (!std::ranges::is_sorted(ids)) std::ranges::sort(ids);  // published vocabularies are in order
  if (const auto twice = std::ranges::adjacent_find(ids); twice != ids.end()) {
    return Error(Code::corrupt, "two entries of the vocabulary have the same id")
        .with("place", "model.vocab")
        .with("id", *twice);
  }
  id_bound_ = static_cast<size_t>(ids.back()) + 1;
  return {};
}

Result<> WordPiece::add_token(const std::string& token, const base::Json& json, std::string_view prefix) {
  VICINAL_TRY(const int32_t id, token_id(json, "model.vocab", token));
  if (token.empty()) return {};
  int32_t* const place = initial_.place_of(token);
  if (place != nullptr && *place >= 0) {
    return Error(Code::corrupt, "an entry of the vocabulary appears twice")
        .with("place", "model.vocab")
        .with("token", token);
  }
  bool stored = place != nullptr;
  if (stored) *place = id;
  if (token.size() > prefix.size() && token.starts_with(prefix)) {
    stored = stored && continuation_.insert(std::string_view(token).substr(prefix.size()), id);
  }
  if (!stored) return Error(Code::corrupt, "the vocabulary is too large").with("place", "model.vocab");
  return {};
}

int32_t WordPiece::id_of(std::string_view token) const {
  if (token.empty()) return -1;
  const ByteTrie::Match match = initial_.longest_prefix(token);
  return match.bytes == token.size() ? match.value : -1;
}

bool WordPiece::tokenize(const Word& word, std::vector<Piece>& out) const {
  out.clear();
  if (word.over_limit()) return false;
  const std::string_view bytes = word.bytes();
  for (size_t begin = 0; begin < bytes.size();) {
    const ByteTrie& trie = begin == 0 ? initial_ : continuation_;
    const ByteTrie::Match match = trie.longest_prefix(bytes.substr(begin));
    if (match.bytes == 0) return false;
    out.push_back({match.value, static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + match.bytes)});
    begin += match.bytes;
  }
  return true;
}

}  // namespace vicinal::text
