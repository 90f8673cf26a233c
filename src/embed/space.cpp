#include "embed/space.h"

#include "base/json.h"

namespace vicinal::embed {
namespace {

std::string_view activation_name(kernels::Activation activation) {
  switch (activation) {
    case kernels::Activation::none:
      return "none";
    case kernels::Activation::gelu_erf:
      return "gelu_erf";
    case kernels::Activation::gelu_tanh:
      return "gelu_tanh";
  }
  return "";
}

void write_encoder(const model::EncoderConfig& encoder, base::JsonWriter& out) {
  out.begin_object();
  out.key("activation").string(activation_name(encoder.activation));
  out.key("architecture").string(encoder.architecture);
  out.key("heads").number(uint64_t{encoder.heads});
  out.key("layer_norm_eps").number(encoder.layer_norm_eps);
  out.key("layers").number(uint64_t{encoder.layers});
  out.end_object();
}

void write_prompts(const Prompts& prompts, base::JsonWriter& out) {
  out.begin_object();
  out.key("document").string(prompts.document);
  out.key("query").string(prompts.query);
  out.end_object();
}

}  // namespace

std::string describe_space(const SpaceParts& parts) {
  base::JsonWriter out;
  out.begin_object();
  out.key("cleaning").string("none");
  out.key("dimensions").number(uint64_t{parts.encoder.hidden});
  write_encoder(parts.encoder, out.key("encoder"));
  out.key("max_tokens").number(uint64_t{parts.max_tokens});
  out.key("normalise").boolean(parts.pooling.normalise);
  out.key("pooling").string(model::pooling_name(parts.pooling.pooling));
  write_prompts(parts.prompts, out.key("prompts"));
  out.key("tokenizer_sha256").string(parts.tokenizer_sha256);
  out.key("weights_sha256").string(parts.weights_sha256);
  out.end_object();
  return out.take();
}

}  // namespace vicinal::embed
