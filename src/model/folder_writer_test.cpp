#include "model/folder_writer.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/temporary_folder_for_tests.h"
#include "model/tiny_bert_for_tests.h"

namespace vicinal::model {
namespace {

ModelFolder described(const base::TemporaryFolder& folder) {
  ModelFolder model;
  model.path = folder.file("");
  model.encoder = TinyBert().config;
  model.encoder.layer_norm_eps = 1e-5F;
  model.pooling = Pooling::cls;
  model.normalise = true;
  model.max_tokens = 30;
  model.prompts = {{"query", "query: "}, {"document", "a \"quoted\" prompt: "}};
  return model;
}

TEST(FolderWriter, WhatIsWrittenIsWhatIsRead) {
  const base::TemporaryFolder folder;
  const ModelFolder model = described(folder);
  ASSERT_TRUE(write_model_files(model, {}).ok());
  const ModelFolder read = ModelFolder::open(model.path).value();
  EXPECT_EQ(read.encoder.layers, model.encoder.layers);
  EXPECT_EQ(read.encoder.hidden, model.encoder.hidden);
  EXPECT_EQ(read.encoder.heads, model.encoder.heads);
  EXPECT_EQ(read.encoder.intermediate, model.encoder.intermediate);
  EXPECT_EQ(read.encoder.layer_norm_eps, model.encoder.layer_norm_eps);
  EXPECT_EQ(read.encoder.activation, model.encoder.activation);
  EXPECT_EQ(read.pooling, Pooling::cls);
  EXPECT_TRUE(read.normalise);
  EXPECT_EQ(read.max_tokens, 30U);
  EXPECT_EQ(read.query_prompt(), "query: ");
  EXPECT_EQ(read.document_prompt(), "a \"quoted\" prompt: ");
}

TEST(FolderWriter, AModelWithoutPromptsOrUnitLengthSaysSo) {
  const base::TemporaryFolder folder;
  ModelFolder model = described(folder);
  model.prompts.clear();
  model.normalise = false;
  model.encoder.activation = kernels::Activation::gelu_tanh;
  ASSERT_TRUE(write_model_files(model, {}).ok());
  const ModelFolder read = ModelFolder::open(model.path).value();
  EXPECT_FALSE(read.normalise);
  EXPECT_EQ(read.query_prompt(), "");
  EXPECT_EQ(read.encoder.activation, kernels::Activation::gelu_tanh);
  EXPECT_FALSE(base::read_file(model.path + "/config_sentence_transformers.json").ok());
}

}  // namespace
}  // namespace vicinal::model
