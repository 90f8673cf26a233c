// Any text as each of a model folder's JSON files: values in range, or an error. The first byte chooses the parser.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/config.h"

namespace model = vicinal::model;

namespace {

void check_encoder_config(std::string_view json) {
  const auto config = model::parse_encoder_config(json);
  if (config && (config->heads == 0 || config->hidden % config->heads != 0 || config->layers == 0)) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view json(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      check_encoder_config(json);
      break;
    case 1:
      static_cast<void>(model::parse_modules(json));
      break;
    case 2:
      static_cast<void>(model::parse_pooling(json));
      break;
    case 3:
      static_cast<void>(model::parse_token_limit(json, "max_seq_length"));
      break;
    case 4:
      static_cast<void>(model::parse_lower_case(json));
      break;
    default:
      static_cast<void>(model::parse_prompts(json));
      break;
  }
  return 0;
}
