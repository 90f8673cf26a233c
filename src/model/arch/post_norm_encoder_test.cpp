/// The encoder, as BERT and as MPNet, against a plain forward pass in double precision, on every level and with every
/// weight type; what must hold bit for bit; and what it refuses to load.
///
/// Tolerances: f32 1e-4 of values near 1 (sums of up to 80 products, two layers); bf16 carries 8 bits, int8 7: there
/// the cosine of each pooled vector counts.

#include "model/arch/post_norm_encoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <thread>

#include "model/tiny_bert_for_tests.h"

namespace vicinal::model {
namespace {

using kernels::WeightType;

const char* type_name(WeightType type) {
  return type == WeightType::f32 ? "f32" : type == WeightType::bf16 ? "bf16" : "int8";
}

struct Batch {
  std::vector<int32_t> ids;
  std::vector<uint32_t> offsets{0};

  void add(std::span<const int32_t> text) {
    ids.insert(ids.end(), text.begin(), text.end());
    offsets.push_back(static_cast<uint32_t>(ids.size()));
  }
  TokenBatch view() const { return {ids, offsets}; }
};

/// Texts of many lengths: one token, the longest, around tile sizes.
std::vector<std::vector<int32_t>> some_texts(const EncoderConfig& config) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int32_t> id(0, static_cast<int32_t>(config.vocabulary) - 1);
  std::vector<std::vector<int32_t>> texts;
  for (const size_t length : {1, 2, 3, 5, 8, 13, 16, 17, 21, 31, 32, 33, 40, 16, 7, 40, 40, 39, 1, 25}) {
    std::vector<int32_t> text(length);
    for (int32_t& each : text) each = id(random);
    texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<std::vector<float>> encode(const Encoder& encoder, std::span<const std::vector<int32_t>> texts,
                                       Workspace& workspace, PoolingSpec pooling = {}) {
  Batch batch;
  for (const auto& text : texts) batch.add(text);
  const size_t width = encoder.config().hidden;
  std::vector<float> out(texts.size() * width);
  encoder.encode(batch.view(), pooling, workspace, {out.data(), texts.size(), width, width});
  std::vector<std::vector<float>> rows;
  for (size_t i = 0; i < texts.size(); ++i) rows.emplace_back(out.begin() + i * width, out.begin() + (i + 1) * width);
  return rows;
}

double cosine(std::span<const float> a, std::span<const double> b) {
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += a[i] * b[i];
    aa += static_cast<double>(a[i]) * a[i];
    bb += b[i] * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

std::vector<double> mean(const DoubleRows& rows) {
  std::vector<double> out(rows[0].size(), 0.0);
  for (const auto& row : rows) {
    for (size_t j = 0; j < row.size(); ++j) out[j] += row[j] / static_cast<double>(rows.size());
  }
  return out;
}

struct Variant {
  const char* architecture;
  const kernels::Table* table;
  WeightType type;
};

std::vector<Variant> every_level_with(const std::vector<WeightType>& types) {
  std::vector<Variant> all;
  for (const char* architecture : {"bert", "mpnet"}) {
    for (const kernels::Table* table : kernels::available()) {
      for (const WeightType type : types) all.push_back({architecture, table, type});
    }
  }
  return all;
}

std::string name_of(const testing::TestParamInfo<Variant>& info) {
  return std::string(info.param.architecture) + "_" + info.param.table->level + "_" + type_name(info.param.type);
}

class PostNorm : public testing::TestWithParam<Variant> {
 protected:
  void SetUp() override {
    tiny.write_to(files);
    auto loaded = Encoder::load(ModelFolder::open(files.path()).value(), GetParam().type, *GetParam().table);
    ASSERT_TRUE(loaded) << loaded.error().what();
    encoder = *std::move(loaded);
  }

  TinyBert tiny{1, GetParam().architecture};
  base::TemporaryFolder files;
  std::unique_ptr<Encoder> encoder;
  Workspace workspace;
};

TEST_P(PostNorm, AgreesWithTheFormulasInDoublePrecision) {
  const double least = GetParam().type == WeightType::f32    ? 0.9999999
                       : GetParam().type == WeightType::bf16 ? 0.9995
                                                             : 0.998;
  const auto texts = some_texts(tiny.config);
  const auto rows = encode(*encoder, texts, workspace);
  for (size_t i = 0; i < texts.size(); ++i) {
    EXPECT_GE(cosine(rows[i], mean(tiny.forward(texts[i]))), least) << "text of " << texts[i].size() << " tokens";
    EXPECT_NEAR(std::inner_product(rows[i].begin(), rows[i].end(), rows[i].begin(), 0.0), 1.0, 1e-5);
  }
}

/// What is compared component by component.
class PostNormInFloat : public PostNorm {};

TEST_P(PostNormInFloat, EveryTokensHiddenStateAgrees) {
  const auto texts = some_texts(tiny.config);
  Batch batch;
  for (const auto& text : texts) batch.add(text);
  std::vector<float> out(batch.ids.size() * tiny.config.hidden);
  encoder->encode_tokens(batch.view(), workspace,
                         {out.data(), batch.ids.size(), tiny.config.hidden, tiny.config.hidden});
  const float* got = out.data();
  for (const auto& text : texts) {
    for (const auto& row : tiny.forward(text)) {
      for (const double value : row) EXPECT_NEAR(*got++, value, 1e-4);
    }
  }
}

TEST_P(PostNorm, AVectorIsTheSameBitForBitAloneInAnyBatchAndInAnyOrder) {
  auto texts = some_texts(tiny.config);
  const auto together = encode(*encoder, texts, workspace);
  for (size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(encode(*encoder, std::span(texts).subspan(i, 1), workspace)[0], together[i]) << "text " << i;
  }
  std::ranges::reverse(texts);
  auto reversed = encode(*encoder, texts, workspace);
  std::ranges::reverse(reversed);
  EXPECT_EQ(reversed, together);
}

TEST_P(PostNorm, TwoThreadsWithAWorkspaceEachGiveTheSameBits) {
  const auto texts = some_texts(tiny.config);
  const auto expected = encode(*encoder, texts, workspace);
  std::vector<std::vector<float>> first, second;
  {
    const std::jthread other([&] {
      Workspace own;
      for (int i = 0; i < 5; ++i) first = encode(*encoder, texts, own);
    });
    for (int i = 0; i < 5; ++i) second = encode(*encoder, texts, workspace);
  }
  EXPECT_EQ(first, expected);
  EXPECT_EQ(second, expected);
}

TEST_P(PostNorm, PoolingTakesTheFirstOrTheLastToken) {
  const std::vector<std::vector<int32_t>> texts = {{3, 1, 4, 1, 5}, {9, 2, 6}};
  const double least = GetParam().type == WeightType::f32 ? 0.9999999 : 0.995;
  const auto first = encode(*encoder, texts, workspace, {Pooling::cls, false});
  const auto last = encode(*encoder, texts, workspace, {Pooling::last, false});
  for (size_t i = 0; i < texts.size(); ++i) {
    const DoubleRows expected = tiny.forward(texts[i]);
    EXPECT_GE(cosine(first[i], expected.front()), least);
    EXPECT_GE(cosine(last[i], expected.back()), least);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryLevelAndType, PostNorm,
                         testing::ValuesIn(every_level_with({WeightType::f32, WeightType::bf16, WeightType::int8})),
                         name_of);
INSTANTIATE_TEST_SUITE_P(EveryLevel, PostNormInFloat, testing::ValuesIn(every_level_with({WeightType::f32})), name_of);

class PostNormLoading : public testing::Test {
 protected:
  PostNormLoading() { files.write("config.json", tiny.config_json()); }

  Result<std::unique_ptr<Encoder>> load() const {
    return Encoder::load(ModelFolder::open(files.path()).value(), WeightType::f32, *kernels::available().front());
  }
  void expect_refused(Code code, std::string_view part) const {
    const auto encoder = load();
    ASSERT_FALSE(encoder) << part;
    EXPECT_EQ(encoder.error().code(), code) << encoder.error().what();
    EXPECT_NE(encoder.error().what().find(part), std::string::npos) << encoder.error().what();
  }

  TinyBert tiny;
  base::TemporaryFolder files;
};

TEST_F(PostNormLoading, PrefixOldNamesAndAlignmentMakeNoDifference) {
  const std::vector<std::vector<int32_t>> texts = {{1, 2, 3}};
  Workspace workspace;
  files.write("model.safetensors", tiny.safetensors());
  const auto expected = encode(*load().value(), texts, workspace);
  for (size_t padding = 0; padding < 4; ++padding) {
    files.write("model.safetensors", tiny.safetensors("bert.", padding));
    EXPECT_EQ(encode(*load().value(), texts, workspace), expected);
  }
  TinyBert old = tiny;
  old.tensors.clear();
  for (const auto& [name, tensor] : tiny.tensors) {
    std::string before = name;
    if (const size_t at = name.find("LayerNorm.weight"); at != std::string::npos)
      before.replace(at, 16, "LayerNorm.gamma");
    if (const size_t at = name.find("LayerNorm.bias"); at != std::string::npos)
      before.replace(at, 14, "LayerNorm.beta");
    old.tensors[before] = tensor;
  }
  files.write("model.safetensors", old.safetensors());
  EXPECT_EQ(encode(*load().value(), texts, workspace), expected);
}

// It adds the same to all scores of a query, which softmax takes out.
TEST_F(PostNormLoading, AKeysBiasMakesNoDifference) {
  const std::vector<std::vector<int32_t>> texts = {{1, 2, 3, 4, 5}};
  Workspace workspace;
  files.write("model.safetensors", tiny.safetensors());
  const auto expected = encode(*load().value(), texts, workspace);
  TinyBert other = tiny;
  for (float& bias : other.tensors.at("encoder.layer.0.attention.self.key.bias").values) bias += 7.0F;
  files.write("model.safetensors", other.safetensors());
  EXPECT_EQ(encode(*load().value(), texts, workspace), expected);
  for (float& bias : other.tensors.at("encoder.layer.0.attention.self.query.bias").values) bias += 7.0F;
  files.write("model.safetensors", other.safetensors());
  EXPECT_NE(encode(*load().value(), texts, workspace), expected);
}

TEST_F(PostNormLoading, RefusesEveryMissingTensorByName) {
  for (const char* architecture : {"bert", "mpnet"}) {
    const TinyBert whole(1, architecture);
    files.write("config.json", whole.config_json());
    for (const auto& [name, tensor] : whole.tensors) {
      TinyBert without = whole;
      without.tensors.erase(name);
      files.write("model.safetensors", without.safetensors());
      expect_refused(Code::corrupt, "tensor=" + name);
    }
  }
}

TEST_F(PostNormLoading, RefusesAShapeThatConfigDoesNotSay) {
  tiny.tensors["encoder.layer.1.output.dense.weight"].shape = {80, 32};
  files.write("model.safetensors", tiny.safetensors());
  expect_refused(Code::corrupt, "tensor=encoder.layer.1.output.dense.weight, shape=[80, 32], expected=[32, 80]");
}

TEST_F(PostNormLoading, RefusesNanInEveryTensorThatItReads) {
  for (const char* architecture : {"bert", "mpnet"}) {
    const TinyBert good(1, architecture);
    files.write("config.json", good.config_json());
    for (const auto& [name, tensor] : good.tensors) {
      if (name.ends_with("word_embeddings.weight")) continue;  // read row by row, when a text has the word
      TinyBert bad = good;
      bad.tensors[name].values.back() = std::nanf("");
      files.write("model.safetensors", bad.safetensors());
      expect_refused(Code::corrupt, "tensor=" + name);
    }
  }
}

TEST_F(PostNormLoading, SaysWhenWeightsAreMissingOrInAnotherForm) {
  expect_refused(Code::not_found, "model.safetensors");
  files.write("pytorch_model.bin", "x");
  expect_refused(Code::unsupported, "pytorch_model.bin");
}

}  // namespace
}  // namespace vicinal::model
