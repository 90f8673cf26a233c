#include "text/normalizer.h"

#include <unicode/normalizer2.h>

#include <algorithm>
#include <optional>

#include "text/unicode.h"
#include "text/utf8.h"

namespace vicinal::text {
namespace {

constexpr int kMaxNesting = 8;
constexpr size_t kMaxSteps = 32;

const icu::Normalizer2* open_form(const char* data, UNormalization2Mode mode) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getInstance(nullptr, data, mode, status);
  VICINAL_CHECK(U_SUCCESS(status));
  return form;
}

/// Appends one source segment's normal form; each byte of it stands for the whole segment.
void append_segment(const icu::Normalizer2& form, const AlignedText& from, size_t begin, size_t end, AlignedText& out) {
  UErrorCode status = U_ZERO_ERROR;
  const auto source = icu::UnicodeString::fromUTF8({from.bytes.data() + begin, static_cast<int32_t>(end - begin)});
  std::string normal;
  form.normalize(source, status).toUTF8String(normal);
  VICINAL_CHECK(U_SUCCESS(status));
  out.bytes += normal;
  out.begin.insert(out.begin.end(), normal.size(), from.begin[begin]);
  out.end.insert(out.end.end(), normal.size(), from.end[end - 1]);
}

AlignedText align_to_itself(std::string_view text, uint32_t offset) {
  AlignedText out{std::string(text), {}, {}};
  out.begin.reserve(text.size());
  out.end.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t bytes = std::min(decode_at(text, at).bytes, text.size() - at);
    out.begin.insert(out.begin.end(), bytes, offset + static_cast<uint32_t>(at));
    out.end.insert(out.end.end(), bytes, offset + static_cast<uint32_t>(at + bytes));
    at += bytes;
  }
  return out;
}

}  // namespace

Result<Normalizer> Normalizer::from_json(const base::Json& json) {
  Normalizer normalizer;
  VICINAL_TRY_VOID(normalizer.add(json, 0));
  normalizer.per_code_point_ = std::ranges::none_of(normalizer.steps_, is_unicode_form);
  return normalizer;
}

Result<> Normalizer::add(const base::Json& json, int depth) {
  if (json.is_null()) return {};
  const std::string type = json["type"].string_or("");
  if (type == "Sequence") {
    const auto* parts = json["normalizers"].array();
    if (parts == nullptr || depth >= kMaxNesting) {
      return Error(Code::corrupt, "normalizer sequence without a list of normalizers").with("place", "normalizer");
    }
    for (const base::Json& part : *parts) VICINAL_TRY_VOID(add(part, depth + 1));
    return {};
  }
  if (steps_.size() >= kMaxSteps) {
    return Error(Code::corrupt, "too many normalizers in a row").with("place", "normalizer").with("most", kMaxSteps);
  }
  if (type == "BertNormalizer") return add_bert(json), Result<>();
  static constexpr std::pair<std::string_view, Step> kSteps[] = {{"Lowercase", Step::lower_case},
                                                                 {"StripAccents", Step::strip_combining},
                                                                 {"NFC", Step::nfc},
                                                                 {"NFD", Step::nfd},
                                                                 {"NFKC", Step::nfkc},
                                                                 {"NFKD", Step::nfkd}};
  const auto* found = std::ranges::find(kSteps, type, &std::pair<std::string_view, Step>::first);
  if (found == std::end(kSteps)) {
    return Error(Code::unsupported, "tokenizer.json has a normalizer of an unknown type").with("type", type);
  }
  steps_.push_back(found->second);
  return {};
}

void Normalizer::add_bert(const base::Json& json) {
  const bool lower = json["lowercase"].boolean_or(true);
  if (json["clean_text"].boolean_or(true)) steps_.push_back(Step::clean);
  if (json["handle_chinese_chars"].boolean_or(true)) steps_.push_back(Step::space_ideographs);
  if (json["strip_accents"].boolean_or(lower)) steps_.push_back(Step::strip_nonspacing);
  if (lower) steps_.push_back(Step::lower_case);
}

void Normalizer::map_one(Step step, char32_t c, std::u32string& out) {
  char32_t storage[3];
  switch (step) {
    case Step::clean:
      if (c == 0 || c == 0xFFFD || is_removed_by_cleaning(c)) return;
      out.push_back(is_white_space(c) ? U' ' : c);
      return;
    case Step::space_ideographs:
      if (!is_cjk_ideograph(c)) return out.push_back(c);
      out.append({U' ', c, U' '});
      return;
    case Step::strip_nonspacing: {
      const auto parts = canonical_decomposition(c, std::span<char32_t, 3>(storage));
      if (parts.empty() && !is_nonspacing_mark(c)) out.push_back(c);
      for (const char32_t part : parts) {
        if (!is_nonspacing_mark(part)) out.push_back(part);
      }
      return;
    }
    case Step::strip_combining:
      if (!is_combining_mark(c)) out.push_back(c);
      return;
    case Step::lower_case:
      if (c == kCapitalIWithDot) {
        out.append({U'i', kDotAbove});
      } else {
        out.push_back(lower_case(c));
      }
      return;
    default:
      VICINAL_CHECK(!is_unicode_form(step));
  }
}

void Normalizer::map_from(size_t step, char32_t c, std::u32string& out) const {
  if (step == steps_.size()) return out.push_back(c);
  std::u32string mapped;  // at most five code points, usually one: no allocation
  map_one(steps_[step], c, mapped);
  for (const char32_t part : mapped) map_from(step + 1, part, out);
}

AlignedText Normalizer::apply_map(Step step, const AlignedText& text) {
  AlignedText out;
  std::u32string mapped;
  for (size_t at = 0; at < text.bytes.size();) {
    const CodePoint c = decode_at(text.bytes, at);
    mapped.clear();
    map_one(step, c.value, mapped);
    for (const char32_t part : mapped) append_utf8(out.bytes, part);
    out.begin.resize(out.bytes.size(), text.begin[at]);
    out.end.resize(out.bytes.size(), text.end[at]);
    at += c.bytes;
  }
  return out;
}

AlignedText Normalizer::apply_form(Step step, AlignedText text) {
  const bool composes = step == Step::nfc || step == Step::nfkc;
  const icu::Normalizer2* form =
      open_form(step == Step::nfc || step == Step::nfd ? "nfc" : "nfkc", composes ? UNORM2_COMPOSE : UNORM2_DECOMPOSE);
  AlignedText out;
  size_t segment = 0;
  for (size_t at = 0; at < text.bytes.size();) {
    const CodePoint c = decode_at(text.bytes, at);
    if (at > segment && form->hasBoundaryBefore(static_cast<UChar32>(c.value))) {
      append_segment(*form, text, segment, at, out);
      segment = at;
    }
    at += c.bytes;
  }
  if (segment < text.bytes.size()) append_segment(*form, text, segment, text.bytes.size(), out);
  return out;
}

AlignedText Normalizer::normalize(std::string_view text, uint32_t offset) const {
  AlignedText aligned = align_to_itself(text, offset);
  for (const Step step : steps_) {
    aligned = is_unicode_form(step) ? apply_form(step, std::move(aligned)) : apply_map(step, aligned);
  }
  return aligned;
}

}  // namespace vicinal::text
