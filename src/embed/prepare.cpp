#include "embed/prepare.h"

#include <algorithm>

#include "base/json.h"
#include "text/boundaries.h"

namespace vicinal::embed {
namespace {

Result<> check_text(std::string_view text) {
  if (size_t offset = 0; !base::valid_utf8(text, &offset)) {
    return Error(Code::invalid_argument, "text is not valid UTF-8").with("offset", offset);
  }
  if (text::skip_white_space(text, 0) == text.size()) return Error(Code::empty_input, "text is empty or blank");
  return {};
}

/// True if a token covers bytes of the text itself, not only of the prompt.
bool has_content(const Encoding& encoding, size_t prompt_bytes) {
  return std::ranges::any_of(encoding.spans,
                             [&](const ByteSpan& span) { return span.begin < span.end && span.end > prompt_bytes; });
}

}  // namespace

Result<PreparedText> prepare(std::string_view text, const PrepareOptions& options) {
  VICINAL_TRY_VOID(check_text(text));
  std::string joined;
  if (!options.prompt.empty()) text = joined = std::string(options.prompt).append(text);
  Encoding encoding = options.tokenizer->encode(text, {.max_tokens = options.max_tokens});
  if (encoding.cut && options.on_long == OnLong::error) {
    return Error(Code::too_long, "text is longer than the model's token limit")
        .with("tokens", options.tokenizer->count(text) + options.tokenizer->special_tokens())
        .with("limit", options.max_tokens);
  }
  if (!has_content(encoding, options.prompt.size())) {
    return Error(Code::empty_input, "text has nothing that the tokenizer keeps");
  }
  VICINAL_TRY_VOID(options.encoder->check(encoding.ids));
  return PreparedText{std::move(encoding.ids), encoding.cut};
}

}  // namespace vicinal::embed
