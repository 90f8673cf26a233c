#pragma once
/// The implementation of Tokenizer for models that see one word at a time.
///
/// The text is read in windows: added tokens are looked for in a window, the words before each are tokenized, and
/// reading stops when the sink is full. Without context-dependent normalizers and normalised added tokens nothing is
/// copied but one word at a time; with them, one block at a time (cut at white space).

#include <memory>
#include <vector>

#include "text/added_tokens.h"
#include "text/char_map.h"
#include "text/post_processor.h"
#include "text/token_sink.h"
#include "text/tokenizer.h"
#include "text/word_scanner.h"
#include "text/wordpiece.h"

namespace vicinal::text {

class WordTokenizer final : public Tokenizer {
 public:
  struct Parts {
    Normalizer normalizer;
    PreTokenizer pre_tokenizer;
    WordPiece model;
    SpecialFrame frame;
    std::vector<AddedToken> added_tokens;
  };
  static Result<std::shared_ptr<const Tokenizer>> make(Parts parts);

  Encoding encode(std::string_view text, const EncodeOptions& options) const override;
  size_t count(std::string_view text) const override;
  size_t special_tokens() const override { return frame_.size(); }
  size_t vocabulary_size() const override { return id_bound_; }
  int32_t unknown_id() const override { return model_.unknown_id(); }

 private:
  explicit WordTokenizer(Parts parts);
  Result<> add_tokens(std::vector<AddedToken> tokens);

  void tokenize(std::string_view text, TokenSink& sink) const;
  void tokenize_as_written(std::string_view text, TokenSink& sink) const;
  void tokenize_in_blocks(std::string_view text, TokenSink& sink) const;
  bool tokenize_block(std::string_view text, size_t begin, size_t end, TokenSink& sink) const;
  size_t window_end(std::string_view text, size_t begin) const;
  size_t block_end(std::string_view text, size_t begin) const;

  Normalizer normalizer_;
  WordPiece model_;
  SpecialFrame frame_;
  bool in_blocks_ = false;
  CharMap map_;
  AddedTokenFinder as_written_;
  AddedTokenFinder normalized_;
  size_t id_bound_ = 0;
};

}  // namespace vicinal::text
