#include "cli/model_flags.h"

#include "base/check.h"
#include "vicinal/models.h"

namespace vicinal::cli {

ModelFlags default_model_flags() { return {.model = std::string(kDefaultModel)}; }

Flag model_flag(std::string& target) {
  return {
      .names = "--model", .value = "M", .help = "a known name (vicinal models) or a model's folder", .target = &target};
}

Flag precision_flag(std::string& target) {
  return {.names = "--precision",
          .value = "P",
          .help =
              "arithmetic of the encoder: f32 (reference), bf16, int8 (fastest, less exact), or auto: bf16 where the "
              "processor has it (vicinal cpu), else f32",
          .target = &target,
          .choices = {"auto", "f32", "bf16", "int8"}};
}

Flag threads_flag(size_t& target) {
  return {.names = "--threads",
          .value = "N",
          .help = "threads to compute with; 0 is every core this process may use",
          .target = &target,
          .environment = "VICINAL_THREADS"};
}

Flag max_tokens_flag(size_t& target) {
  return {.names = "--max-tokens",
          .value = "N",
          .help = "token limit of a text, special tokens included; 0 is the model's own. Part of the vector space",
          .target = &target};
}

Flag on_long_flag(std::string& target) {
  return {.names = "--on-long",
          .value = "WHAT",
          .help = "a text over the limit: truncate (cut, counted and reported) or error",
          .target = &target,
          .choices = {"truncate", "error"}};
}

std::vector<Flag> model_flags(ModelFlags& target) {
  return {model_flag(target.model), precision_flag(target.precision), max_tokens_flag(target.max_tokens),
          on_long_flag(target.on_long), threads_flag(target.threads)};
}

std::vector<Flag> collection_model_flags(ModelFlags& target) {
  Flag precision = precision_flag(target.precision), max_tokens = max_tokens_flag(target.max_tokens);
  precision.help =
      "arithmetic of the encoder: f32 (reference), bf16, int8 (fastest, less exact), or auto: what the collection has, "
      "else bf16 where the processor has it (vicinal cpu), else f32";
  max_tokens.help =
      "token limit of a text, special tokens included; 0 is the model's own, or the collection's. Part of the vector "
      "space";
  return {model_flag(target.model), precision, max_tokens, on_long_flag(target.on_long), threads_flag(target.threads)};
}

Result<EmbedderOptions> embedder_options(const ModelFlags& flags) {
  EmbedderOptions options;
  if (flags.precision != "auto") {
    VICINAL_TRY(options.precision, parse_precision(flags.precision));
  }
  options.threads = flags.threads;
  options.max_tokens = flags.max_tokens;
  options.on_long = flags.on_long == "error" ? OnLong::error : OnLong::truncate;
  return options;
}

}  // namespace vicinal::cli
