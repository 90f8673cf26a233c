#include "model/onnx_bert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/temporary_folder_for_tests.h"
#include "model/config.h"
#include "model/onnx_weights.h"
#include "model/tiny_onnx_for_tests.h"

namespace vicinal::model {
namespace {

using ::testing::HasSubstr;

struct Export {
  explicit Export(std::string file) : bytes(std::move(file)) {}
  explicit Export(OnnxSpelling spelling, OnnxFault fault = OnnxFault::none)
      : bytes(TinyOnnx(TinyBert(), spelling, fault).bytes()) {}

  Result<BertMapping> map(size_t heads = 0) {
    VICINAL_TRY(model, OnnxModel::parse(std::as_bytes(std::span(bytes))));
    return map_bert(model, heads);
  }
  std::string refusal() {
    const auto mapped = map();
    if (mapped) return "mapped";
    EXPECT_EQ(mapped.error().code(), Code::unsupported);
    return mapped.error().what();
  }

  std::string bytes;
  OnnxModel model;
};

/// What the mapping writes, as the bytes of a safetensors file.
std::string written(const BertMapping& mapping) {
  const base::TemporaryFolder folder;
  const std::string path = folder.file("model.safetensors");
  EXPECT_TRUE(write_weights(mapping, *kernels::available()[0], path).ok());
  return base::read_file(path).value();
}

/// Every tensor of the checkpoint, bit for bit, and no other.
void expect_checkpoint_of(const TinyBert& bert, const std::string& file) {
  const TensorDirectory got = TensorDirectory::parse(std::as_bytes(std::span(file))).value();
  EXPECT_EQ(got.tensors().size(), bert.tensors.size());
  for (const auto& [name, tensor] : bert.tensors) {
    const TensorView* found = got.find(name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_EQ(found->shape, tensor.shape) << name;
    EXPECT_EQ(std::memcmp(found->data.data(), tensor.values.data(), found->data.size()), 0) << name;
  }
}

class EverySpelling : public ::testing::TestWithParam<OnnxSpelling> {};

TEST_P(EverySpelling, GivesTheCheckpointBitForBit) {
  const TinyBert bert;
  Export onnx(GetParam());
  const auto mapping = onnx.map();
  ASSERT_TRUE(mapping.ok()) << mapping.error().what();
  expect_checkpoint_of(bert, written(*mapping));
  const EncoderConfig expected = parse_encoder_config(bert.config_json()).value();
  EXPECT_EQ(mapping->encoder.layers, expected.layers);
  EXPECT_EQ(mapping->encoder.hidden, expected.hidden);
  EXPECT_EQ(mapping->encoder.heads, expected.heads);
  EXPECT_EQ(mapping->encoder.intermediate, expected.intermediate);
  EXPECT_EQ(mapping->encoder.vocabulary, expected.vocabulary);
  EXPECT_EQ(mapping->encoder.positions, expected.positions);
  EXPECT_EQ(mapping->encoder.token_types, expected.token_types);
  EXPECT_EQ(mapping->encoder.layer_norm_eps, expected.layer_norm_eps);
  EXPECT_EQ(mapping->encoder.activation, kernels::Activation::gelu_erf);
}

INSTANTIATE_TEST_SUITE_P(OnnxBert, EverySpelling,
                         ::testing::Values(OnnxSpelling{}, OnnxSpelling{.whole_norm = true},
                                           OnnxSpelling{.scaled_operands = true}, OnnxSpelling{.range_positions = true},
                                           OnnxSpelling{.transposed = true}, OnnxSpelling{.halved_first = true},
                                           OnnxSpelling{.pooler = true}, OnnxSpelling{.shuffled_lanes = true},
                                           OnnxSpelling{.newest_attention = true},
                                           OnnxSpelling{.whole_norm = true,
                                                        .scaled_operands = true,
                                                        .range_positions = true,
                                                        .transposed = true,
                                                        .pooler = true,
                                                        .shuffled_lanes = true}));

TEST(OnnxBert, AKindOfTokenThatIsFoldedInBecomesATableOfOneRow) {
  Export onnx(OnnxSpelling{.folded_type = true});
  const auto mapping = onnx.map();
  ASSERT_TRUE(mapping.ok()) << mapping.error().what();
  EXPECT_EQ(mapping->encoder.token_types, 1U);
}

TEST(OnnxBert, AnExportInHalvesGivesTheSameNumbersInF32) {
  TinyBert bert;
  for (auto& [name, tensor] : bert.tensors)
    for (float& value : tensor.values) {
      const uint16_t half = cut_to_half(value);
      kernels::available()[0]->f16_to_f32(&half, &value, 1);
    }
  Export onnx(TinyOnnx(bert, {.halves = true}).bytes());
  const auto mapping = onnx.map();
  ASSERT_TRUE(mapping.ok()) << mapping.error().what();
  EXPECT_EQ(mapping->encoder.layer_norm_eps, 1e-12F);
  expect_checkpoint_of(bert, written(*mapping));
}

TEST(OnnxBert, TheSameExportIsWrittenAsTheSameBytes) {
  Export one(OnnxSpelling{}), two(OnnxSpelling{.whole_norm = true});
  EXPECT_EQ(written(one.map().value()), written(two.map().value()));
}

TEST(OnnxBert, HeadsAreSaidWhereTheGraphDoesNotSay) {
  Export onnx(OnnxSpelling{.open_heads = true});
  EXPECT_THAT(onnx.refusal(), HasSubstr("--heads"));
  EXPECT_EQ(onnx.map(4).value().encoder.heads, 4U);
  EXPECT_EQ(onnx.map(5).error().code(), Code::unsupported);  // 32 dimensions are not 5 heads
}

TEST(OnnxBert, HeadsOtherThanTheGraphsAreBadUse) {
  EXPECT_EQ(Export(OnnxSpelling{}).map(8).error().code(), Code::invalid_argument);
}

TEST(OnnxBert, WhatIsNoBertEncoderIsRefusedByWhatDoesNotFit) {
  const std::pair<OnnxFault, const char*> faults[] = {
      {OnnxFault::no_bias, "a bias is missing"},
      {OnnxFault::swapped_names, "a weight stands where another name belongs"},
      {OnnxFault::relu, "the activation is not GELU"},
      {OnnxFault::wrong_scale, "not divided by the root"},
      {OnnxFault::no_residual, "the block's input is not added"},
      {OnnxFault::position_offset, "neither 0, 1, 2"},
      {OnnxFault::extra_weight, "a weight that has no place"},
      {OnnxFault::untransposed_key, "none is query, key and value"},
      {OnnxFault::output_elsewhere, "not an output of the graph"},
      {OnnxFault::other_eps, "different epsilons"},
      {OnnxFault::norm_axis, "no LayerNorm"},
      {OnnxFault::bad_softmax_axis, "not over the keys"},
  };
  for (const auto& [fault, message] : faults) EXPECT_THAT(Export(OnnxSpelling{}, fault).refusal(), HasSubstr(message));
}

TEST(OnnxBert, QuantisedAndFusedExportsAreRefusedByTheirOperator) {
  OnnxWriter quantised;
  quantised.node("DynamicQuantizeLinear", {"x"});
  EXPECT_THAT(Export(quantised.finish()).refusal(), HasSubstr("op=DynamicQuantizeLinear"));
  OnnxWriter fused;
  fused.node("SkipLayerNormalization", {"x"}, {}, "com.microsoft");
  EXPECT_THAT(Export(fused.finish()).refusal(), HasSubstr("op=SkipLayerNormalization"));
}

TEST(OnnxBert, AGraphOfSomethingElseIsRefused) {
  OnnxWriter other;
  other.input("x");
  other.output(other.node("Relu", {"x"}));
  EXPECT_THAT(Export(other.finish()).refusal(), HasSubstr("no table of words"));
}

TEST(OnnxBert, AValueThatIsMadeTwiceIsCorrupt) {
  OnnxWriter twice;
  twice.add_node("Relu", {"x"}, "y");
  twice.add_node("Relu", {"x"}, "y");
  EXPECT_EQ(Export(twice.finish()).map().error().code(), Code::corrupt);
}

TEST(OnnxBert, WeightsThatAreNotFiniteAreRefused) {
  TinyBert bert;
  bert.tensors.at("encoder.layer.0.output.dense.bias").values[3] = NAN;
  Export onnx(TinyOnnx(bert).bytes());
  const base::TemporaryFolder folder;
  const auto done = write_weights(onnx.map().value(), *kernels::available()[0], folder.file("w"));
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error().what(), HasSubstr("encoder.layer.0.output.dense.bias"));
}

}  // namespace
}  // namespace vicinal::model
