#pragma once
/// A tokenizer by model name, model folder or tokenizer.json, without loading weights.

#include <memory>
#include <string_view>

#include "text/tokenizer.h"

namespace vicinal::engine {

Result<std::shared_ptr<const text::Tokenizer>> open_tokenizer(std::string_view model);

}  // namespace vicinal::engine
