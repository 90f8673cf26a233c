#include "vicinal/tokenizer.h"

#include <filesystem>
#include <limits>

#include "base/json.h"
#include "engine/open_tokenizer.h"
#include "engine/resolve_model.h"

namespace vicinal {

namespace engine {

Result<std::shared_ptr<const text::Tokenizer>> open_tokenizer(std::string_view model) {
  std::error_code error;
  if (model.ends_with(".json") && std::filesystem::is_regular_file(model, error))
    return text::Tokenizer::from_file(std::string(model));
  VICINAL_TRY(const ResolvedModel resolved, resolve_model(model));
  return text::Tokenizer::from_file(resolved.path + "/tokenizer.json");
}

}  // namespace engine

inline namespace v0 {

struct Tokenizer::Impl {
  std::shared_ptr<const text::Tokenizer> tokenizer;
};

Result<Tokenizer> Tokenizer::open(std::string_view model) {
  VICINAL_TRY(auto tokenizer, engine::open_tokenizer(model));
  return Tokenizer(std::make_shared<const Impl>(std::move(tokenizer)));
}

Tokenizer::Tokenizer(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Result<Encoding> Tokenizer::encode(std::string_view text, size_t max_tokens) const {
  size_t bad_offset = 0;
  if (!base::valid_utf8(text, &bad_offset))
    return Error(Code::invalid_argument, "the text is not UTF-8").with("byte", bad_offset);
  if (text.size() > std::numeric_limits<uint32_t>::max())
    return Error(Code::too_long, "a text of 4 GiB or more cannot be tokenized").with("bytes", text.size());
  return impl_->tokenizer->encode(text, {.max_tokens = max_tokens});
}

size_t Tokenizer::vocabulary_size() const { return impl_->tokenizer->vocabulary_size(); }

}  // namespace v0
}  // namespace vicinal
