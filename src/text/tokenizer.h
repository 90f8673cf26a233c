#pragma once
/// Token ids with byte spans, from a `tokenizer.json` as Hugging Face's tokenizers library writes it.
///
/// The pipeline is that file's: added tokens are cut out first, then normalizer → pre-tokenizer → model →
/// post-processor, with ids equal to that library's. Truncation and padding settings in the file are
/// ignored: the limit is the caller's. This version reads BERT WordPiece; another model type is `unsupported`,
/// by name. Immutable after loading and thread-safe.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "vicinal/tokenizer.h"

namespace vicinal::text {

struct EncodeOptions {
  size_t max_tokens = 0;  ///< 0: no limit; else at most this many ids, special tokens included
  bool add_special = true;
};

class Tokenizer {
 public:
  /// `json`: the content of a tokenizer.json. corrupt / unsupported with the place in the file.
  static Result<std::shared_ptr<const Tokenizer>> from_json(std::string_view json);
  static Result<std::shared_ptr<const Tokenizer>> from_file(const std::string& path);
  virtual ~Tokenizer() = default;

  /// REQUIRES: `text` is valid UTF-8 (see base::valid_utf8). Stops reading at the limit: time is bounded by
  /// max_tokens, not by the length of the text (except inside one unbroken word).
  virtual Encoding encode(std::string_view text, const EncodeOptions& options) const = 0;
  /// Number of ids of the text without special tokens.
  virtual size_t count(std::string_view text) const = 0;
  virtual size_t special_tokens() const = 0;  ///< how many ids the post-processor adds to one text
  virtual size_t vocabulary_size() const = 0;
  virtual int32_t unknown_id() const = 0;  ///< -1 when the model has none
};

}  // namespace vicinal::text
