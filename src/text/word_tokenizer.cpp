#include "text/word_tokenizer.h"

#include <algorithm>
#include <limits>

#include "text/utf8.h"

namespace vicinal::text {
namespace {

constexpr size_t kWindowBytes = 4096;
constexpr size_t kMaxTextBytes = std::numeric_limits<uint32_t>::max();
constexpr size_t kReservedTokens = 512;

bool is_ascii_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

bool any_normalized(const std::vector<AddedToken>& tokens) {
  return std::ranges::any_of(tokens, &AddedToken::normalized);
}

/// Hands the words of one piece of text to the model and its tokens to the sink.
class PieceTokenizer {
 public:
  PieceTokenizer(const CharMap& map, const WordPiece& model, std::string_view text, TokenSink& sink)
      : model_(model), scanner_(map, text, model.max_code_points()), sink_(sink) {}

  /// The text of the scanner is `aligned`, and spans are its original's.
  void use_alignment(const AlignedText* aligned) { aligned_ = aligned; }

  void skip_to(size_t position) { scanner_.skip_to(position); }

  /// False: the sink is full. A word that reaches `end` stays open.
  bool read_to(size_t end) {
    scanner_.set_end(end);
    while (scanner_.next()) {
      if (!add_word()) return false;
    }
    return true;
  }
  bool finish() { return !scanner_.finish() || (add_word() && !scanner_.next()); }

  ByteSpan original(ByteSpan span) const {
    if (aligned_ == nullptr || span.begin == span.end) return span;
    return {aligned_->begin[span.begin], aligned_->end[span.end - 1]};
  }

 private:
  bool add_word() {
    const Word& word = scanner_.word();
    if (!model_.tokenize(word, pieces_)) return sink_.add(model_.unknown_id(), original(word.span()));
    return std::ranges::all_of(
        pieces_, [&](const Piece& piece) { return sink_.add(piece.id, original(word.span(piece.begin, piece.end))); });
  }

  const WordPiece& model_;
  WordScanner scanner_;
  TokenSink& sink_;
  const AlignedText* aligned_ = nullptr;
  std::vector<Piece> pieces_;
};

}  // namespace

WordTokenizer::WordTokenizer(Parts parts)
    : normalizer_(std::move(parts.normalizer)),
      model_(std::move(parts.model)),
      frame_(std::move(parts.frame)),
      in_blocks_(!normalizer_.per_code_point() || any_normalized(parts.added_tokens)),
      map_(in_blocks_ ? nullptr : &normalizer_, std::move(parts.pre_tokenizer)),
      id_bound_(model_.id_bound()) {}

Result<std::shared_ptr<const Tokenizer>> WordTokenizer::make(Parts parts) {
  std::vector<AddedToken> added = parts.added_tokens;
  std::shared_ptr<WordTokenizer> tokenizer(new WordTokenizer(std::move(parts)));
  VICINAL_TRY_VOID(tokenizer->add_tokens(std::move(added)));
  return std::shared_ptr<const Tokenizer>(std::move(tokenizer));
}

Result<> WordTokenizer::add_tokens(std::vector<AddedToken> tokens) {
  for (AddedToken& token : tokens) {
    // An entry of the vocabulary keeps the id it has there.
    if (const int32_t known = model_.id_of(token.content); known >= 0) token.id = known;
    id_bound_ = std::max(id_bound_, static_cast<size_t>(token.id) + 1);
    const std::string pattern = token.normalized ? normalizer_.normalize(token.content, 0).bytes : token.content;
    if (pattern.empty()) continue;
    if (!(token.normalized ? normalized_ : as_written_).add(token, pattern)) {
      return Error(Code::corrupt, "there are too many added tokens").with("place", "added_tokens");
    }
  }
  return {};
}

Encoding WordTokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  const size_t limit = options.max_tokens == 0 ? std::numeric_limits<size_t>::max() : options.max_tokens;
  const size_t specials = options.add_special ? std::min(frame_.size(), limit) : 0;
  Encoding encoding;
  encoding.ids.reserve(std::min(limit, kReservedTokens));
  encoding.spans.reserve(std::min(limit, kReservedTokens));
  if (options.add_special) encoding.ids = frame_.before;
  encoding.spans.resize(encoding.ids.size());

  TokenSink sink(&encoding, limit - specials);
  const size_t readable = boundary_at_or_before(text, std::min(text.size(), kMaxTextBytes));
  tokenize(text.substr(0, readable), sink);
  encoding.cut = sink.cut() || readable < text.size();
  encoding.bytes_used = encoding.cut ? sink.last_end() : text.size();

  if (options.add_special) encoding.ids.insert(encoding.ids.end(), frame_.after.begin(), frame_.after.end());
  const auto end = static_cast<uint32_t>(std::min(encoding.bytes_used, kMaxTextBytes));
  encoding.spans.resize(encoding.ids.size(), ByteSpan{end, end});
  encoding.ids.resize(std::min(encoding.ids.size(), limit));
  encoding.spans.resize(encoding.ids.size());
  return encoding;
}

size_t WordTokenizer::count(std::string_view text) const {
  size_t total = 0;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, boundary_at_or_before(text, std::min(text.size(), kMaxTextBytes)));
    TokenSink sink(nullptr, std::numeric_limits<size_t>::max());
    tokenize(part, sink);
    total += sink.count();
    text.remove_prefix(part.size());
  }
  return total;
}

void WordTokenizer::tokenize(std::string_view text, TokenSink& sink) const {
  in_blocks_ ? tokenize_in_blocks(text, sink) : tokenize_as_written(text, sink);
}

void WordTokenizer::tokenize_as_written(std::string_view text, TokenSink& sink) const {
  PieceTokenizer words(map_, model_, text, sink);
  size_t taken = 0, search_from = 0;
  while (taken < text.size()) {
    const size_t end = window_end(text, taken);
    const auto match = as_written_.find(text, search_from, end, taken);
    if (!words.read_to(match ? match->begin : end)) return;
    if (!match) {
      taken = end;
      search_from = std::max(search_from, end);
      continue;
    }
    const ByteSpan span{static_cast<uint32_t>(match->begin), static_cast<uint32_t>(match->end)};
    if (!words.finish() || !sink.add(match->id, span)) return;
    words.skip_to(match->end);
    taken = match->end;
    search_from = match->search_from;
  }
  words.finish();
}

void WordTokenizer::tokenize_in_blocks(std::string_view text, TokenSink& sink) const {
  size_t taken = 0, search_from = 0;
  while (taken < text.size()) {
    const size_t end = block_end(text, taken);
    const auto match = as_written_.find(text, search_from, end, taken);
    if (!tokenize_block(text, taken, match ? match->begin : end, sink)) return;
    taken = match ? match->end : end;
    search_from = match ? match->search_from : std::max(search_from, end);
    if (match && !sink.add(match->id, {static_cast<uint32_t>(match->begin), static_cast<uint32_t>(taken)})) return;
  }
}

bool WordTokenizer::tokenize_block(std::string_view text, size_t begin, size_t end, TokenSink& sink) const {
  const AlignedText block = normalizer_.normalize(text.substr(begin, end - begin), static_cast<uint32_t>(begin));
  const std::string_view bytes = block.bytes;
  PieceTokenizer words(map_, model_, bytes, sink);
  words.use_alignment(&block);
  size_t taken = 0, search_from = 0;
  while (const auto match = normalized_.find(bytes, search_from, bytes.size(), taken)) {
    const ByteSpan span{static_cast<uint32_t>(match->begin), static_cast<uint32_t>(match->end)};
    if (!words.read_to(match->begin) || !words.finish() || !sink.add(match->id, words.original(span))) return false;
    words.skip_to(match->end);
    taken = match->end;
    search_from = match->search_from;
  }
  return words.read_to(bytes.size()) && words.finish();
}

size_t WordTokenizer::window_end(std::string_view text, size_t begin) const {
  // Where white space is part of words, what a token takes in to its left must not have been read before.
  if (!map_.white_space_separates()) return text.size();
  return boundary_at_or_before(text, begin + kWindowBytes);
}

/// Blocks end after white space, so that neither a word nor what normalizers look at lies across.
size_t WordTokenizer::block_end(std::string_view text, size_t begin) const {
  if (!map_.white_space_separates() || normalized_.spans_white_space()) return text.size();
  for (size_t at = begin + kWindowBytes; at < text.size(); ++at) {
    const bool letter_or_digit = std::string_view("abcdefghijklmnopqrstuvwxyz0123456789").contains(text[at] | 0x20);
    if (letter_or_digit && is_ascii_space(text[at - 1])) return at;
  }
  return text.size();
}

}  // namespace vicinal::text
