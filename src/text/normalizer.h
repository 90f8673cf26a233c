#pragma once
/// The `normalizer` of a tokenizer.json: null, BertNormalizer, Lowercase, StripAccents, NFC, NFD, NFKC, NFKD and
/// Sequences of them. Immutable and thread-safe.
///
/// Most of these look at one code point at a time, and then no normalised copy of the text is ever made (see
/// CharMap). The four Unicode forms look at neighbours; a text is normalised block by block for them, by ICU.
/// BERT's accent stripping decomposes canonically and drops nonspacing marks; other marks keep their order as
/// written (canonical reordering among them, known from musical notation only, is not done).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace vicinal::text {

/// A normalised text, and for every byte of it the bytes [begin, end) of the original that it came from.
struct AlignedText {
  std::string bytes;
  std::vector<uint32_t> begin;
  std::vector<uint32_t> end;
};

class Normalizer {
 public:
  /// corrupt: nested too deeply, or of more than 32 steps (published ones have five). unsupported: an unknown type.
  static Result<Normalizer> from_json(const base::Json& json);

  /// True when each code point is normalised regardless of the others.
  bool per_code_point() const { return per_code_point_; }

  /// Appends what `c` becomes, possibly nothing. REQUIRES: per_code_point().
  void map(char32_t c, std::u32string& out) const { map_from(0, c, out); }

  /// REQUIRES: valid UTF-8. Positions are relative to `text` plus `offset`.
  AlignedText normalize(std::string_view text, uint32_t offset) const;

 private:
  enum class Step {
    clean,             // controls out, white space to U+0020
    space_ideographs,  // U+0020 on both sides of CJK ideographs
    strip_nonspacing,  // NFD without nonspacing marks
    strip_combining,   // no combining marks
    lower_case,
    nfc,
    nfd,
    nfkc,
    nfkd
  };
  static bool is_unicode_form(Step step) { return step >= Step::nfc; }
  static AlignedText apply_form(Step step, AlignedText text);
  static AlignedText apply_map(Step step, const AlignedText& text);
  static void map_one(Step step, char32_t c, std::u32string& out);

  Result<> add(const base::Json& json, int depth);
  void add_bert(const base::Json& json);
  void map_from(size_t step, char32_t c, std::u32string& out) const;

  std::vector<Step> steps_;
  bool per_code_point_ = true;
};

}  // namespace vicinal::text
