/// The real all-MiniLM-L6-v2 against published vectors, on every level and precision that this machine runs.
///
/// Least cosines: f32 0.99999, bf16 0.9999, int8 0.995 (ARCHITECTURE.md, "Precisions"). The level that this machine
/// uses sees every text, lower levels the shortest 24, scalar two: it is the reference of the kernels' own tests and
/// slow. Skipped where the model is not installed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "base/json.h"
#include "base/user_folders.h"
#include "embed/local_embedder.h"

namespace vicinal::embed {
namespace {

using kernels::WeightType;

constexpr size_t kWidth = 384;

std::string installed_model() { return base::models_folder() + "/all-MiniLM-L6-v2"; }
std::string golden(std::string_view name) { return "tests/golden/all-MiniLM-L6-v2/" + std::string(name); }

struct GoldenText {
  std::string text;
  std::vector<float> vector;
};

std::vector<base::Json> json_lines(const std::string& path) {
  const std::string file = base::read_file(path).value();
  std::vector<base::Json> lines;
  for (size_t begin = 0; begin < file.size();) {
    const size_t end = std::min(file.find('\n', begin), file.size());
    if (end > begin) lines.push_back(base::Json::parse(std::string_view(file).substr(begin, end - begin)).value());
    begin = end + 1;
  }
  return lines;
}

/// The shortest `count` of the 80 texts.
std::vector<GoldenText> documentation_texts(size_t count) {
  const std::string bytes = base::read_file(golden("vectors.f32")).value();
  std::vector<GoldenText> texts;
  for (const base::Json& line : json_lines(golden("texts.jsonl"))) {
    GoldenText text{*line["text"].string(), std::vector<float>(kWidth)};
    std::memcpy(text.vector.data(), bytes.data() + texts.size() * kWidth * sizeof(float), kWidth * sizeof(float));
    texts.push_back(std::move(text));
  }
  std::ranges::sort(texts, {}, [](const GoldenText& each) { return each.text.size(); });
  texts.resize(count);
  return texts;
}

std::vector<float> floats(const base::Json& list) {
  std::vector<float> out;
  for (const base::Json& value : *list.array()) out.push_back(static_cast<float>(*value.number()));
  return out;
}

double cosine(std::span<const float> a, std::span<const float> b) {
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    ab += static_cast<double>(a[i]) * b[i];
    aa += static_cast<double>(a[i]) * a[i];
    bb += static_cast<double>(b[i]) * b[i];
  }
  return ab / std::sqrt(aa * bb);
}

struct LevelAndType {
  const kernels::Table* table;
  WeightType type;

  bool scalar() const { return std::string_view(table->level) == "scalar"; }
  bool best() const { return table == kernels::available().back(); }
  size_t text_count() const { return scalar() ? 2 : best() ? 80 : 24; }
  double least() const { return type == WeightType::f32 ? 0.99999 : type == WeightType::bf16 ? 0.9999 : 0.995; }
  std::string name() const {
    const char* type_name = type == WeightType::f32 ? "f32" : type == WeightType::bf16 ? "bf16" : "int8";
    return std::string(table->level) + "_" + type_name;
  }
};

std::vector<LevelAndType> every_level_and_type() {
  std::vector<LevelAndType> all;
  for (const kernels::Table* table : kernels::available()) {
    for (const WeightType type : {WeightType::f32, WeightType::bf16, WeightType::int8}) all.push_back({table, type});
  }
  return all;
}

class MiniLm : public testing::TestWithParam<LevelAndType> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(installed_model() + "/config.json")) {
      GTEST_SKIP() << "all-MiniLM-L6-v2 is not installed in " << installed_model()
                   << " (vicinal pull all-MiniLM-L6-v2)";
    }
    tokenizer = text::Tokenizer::from_file(installed_model() + "/tokenizer.json").value();
    const auto folder = model::ModelFolder::open(installed_model()).value();
    encoder = model::Encoder::load(folder, GetParam().type, *GetParam().table).value();
  }

  std::vector<int32_t> ids(std::string_view text) const { return tokenizer->encode(text, {.max_tokens = 512}).ids; }

  std::vector<float> vector(std::string_view text, model::PoolingSpec pooling = {}) {
    const auto tokens = ids(text);
    const std::vector<uint32_t> offsets = {0, static_cast<uint32_t>(tokens.size())};
    std::vector<float> out(kWidth);
    encoder->encode({tokens, offsets}, pooling, workspace, {out.data(), 1, kWidth, kWidth});
    return out;
  }

  std::shared_ptr<const text::Tokenizer> tokenizer;
  std::unique_ptr<model::Encoder> encoder;
  model::Workspace workspace;
};

TEST_P(MiniLm, GivesThePublishedVectorsOfDocumentationTexts) {
  const auto texts = documentation_texts(GetParam().text_count());
  double least = 1, sum = 0;
  for (const GoldenText& each : texts) {
    const double got = cosine(vector(each.text), each.vector);
    EXPECT_GE(got, GetParam().least()) << each.text.substr(0, 60);
    least = std::min(least, got);
    sum += got;
  }
  RecordProperty("least_cosine", std::to_string(least));
  std::printf("%-12s least cosine of %zu texts: 1 - %.2e, mean 1 - %.2e\n", GetParam().name().c_str(), texts.size(),
              1 - least, 1 - sum / static_cast<double>(texts.size()));
}

TEST_P(MiniLm, GivesThePublishedMeanClsAndTokenVectors) {
  for (const base::Json& line : json_lines(golden("tei.jsonl"))) {
    const std::string text = *line["text"].string();
    if (GetParam().scalar() && text.size() > 100) continue;
    if (line.has("vector")) {
      const auto pooling = *line["pooling"].string() == "cls" ? model::Pooling::cls : model::Pooling::mean;
      EXPECT_GE(cosine(vector(text, {pooling, false}), floats(line["vector"])), GetParam().least());
      continue;
    }
    const auto tokens = ids(text);
    ASSERT_EQ(line["vectors"].array()->size(), tokens.size());
    std::vector<float> out(tokens.size() * kWidth);
    const std::vector<uint32_t> offsets = {0, static_cast<uint32_t>(tokens.size())};
    encoder->encode_tokens({tokens, offsets}, workspace, {out.data(), tokens.size(), kWidth, kWidth});
    for (size_t t = 0; t < tokens.size(); ++t) {
      // A single token's vector averages nothing out: int8 is given twice the room.
      const double least = GetParam().type == WeightType::int8 ? 0.99 : GetParam().least();
      EXPECT_GE(cosine(std::span(out).subspan(t * kWidth, kWidth), floats((*line["vectors"].array())[t])), least) << t;
    }
  }
}

// A cosine of 0.995 leaves int8 an error of 0.1 in length, 0.005 a component on average.
TEST_P(MiniLm, GivesTheFirstComponentsOfHelloWorld) {
  const float tolerance = GetParam().type == WeightType::f32    ? 1e-3F
                          : GetParam().type == WeightType::bf16 ? 2e-3F
                                                                : 2e-2F;
  const std::vector<float> expected = {-0.034478F, 0.03102F, 0.00673F, 0.02611F, -0.039362F};
  const auto got = vector("hello world");
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(got[i], expected[i], tolerance);
}

TEST_P(MiniLm, AVectorIsTheSameBitForBitAloneAndInAnyBatch) {
  const auto texts = documentation_texts(GetParam().scalar() ? 2 : 16);
  std::vector<int32_t> all;
  std::vector<uint32_t> offsets{0};
  for (const GoldenText& each : texts) {
    const auto tokens = ids(each.text);
    all.insert(all.end(), tokens.begin(), tokens.end());
    offsets.push_back(static_cast<uint32_t>(all.size()));
  }
  std::vector<float> together(texts.size() * kWidth);
  encoder->encode({all, offsets}, {}, workspace, {together.data(), texts.size(), kWidth, kWidth});
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto alone = vector(texts[i].text);
    EXPECT_TRUE(std::ranges::equal(alone, std::span(together).subspan(i * kWidth, kWidth))) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryLevelAndType, MiniLm, testing::ValuesIn(every_level_and_type()),
                         [](const auto& info) { return info.param.name(); });

}  // namespace
}  // namespace vicinal::embed
