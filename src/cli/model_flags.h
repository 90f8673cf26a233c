#pragma once
/// The flags that choose a model and how it computes, shared by the commands that embed.

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "vicinal/embedder.h"

namespace vicinal::cli {

struct ModelFlags {
  std::string model;
  std::string precision = "auto";
  size_t threads = 0;
  size_t max_tokens = 0;
  std::string on_long = "truncate";
};

/// With a default model, for commands that need one.
ModelFlags default_model_flags();

Flag model_flag(std::string& target);
Flag precision_flag(std::string& target);
Flag max_tokens_flag(size_t& target);
Flag threads_flag(size_t& target);
Flag on_long_flag(std::string& target);
/// All five.
std::vector<Flag> model_flags(ModelFlags& target);
/// All five, for commands that work on a collection: what it has decides where a flag leaves it open.
std::vector<Flag> collection_model_flags(ModelFlags& target);

/// "auto" leaves the precision open: default_precision(), or what a collection was made with.
Result<EmbedderOptions> embedder_options(const ModelFlags& flags);

}  // namespace vicinal::cli
