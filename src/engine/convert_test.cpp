#include "engine/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "engine/resolve_model.h"
#include "engine/tiny_model_for_tests.h"
#include "model/tiny_onnx_for_tests.h"
#include "vicinal/embedder.h"

namespace vicinal::engine {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Convert : public ::testing::Test {
 protected:
  Convert() {
    folders_.folder.write("export/tiny.onnx", model::TinyOnnx(model::TinyBert()).bytes());
    folders_.folder.write("export/tokenizer.json", tiny_tokenizer_json());
  }
  std::string onnx() const { return folders_.folder.file("export/tiny.onnx"); }
  ConvertOptions options() const { return {.output = folders_.folder.file("made/tiny"), .pooling = "mean"}; }
  Error refusal(const ConvertOptions& with) const {
    auto converted = convert_model(onnx(), with);
    EXPECT_FALSE(converted.ok());
    EXPECT_FALSE(is_model_folder(with.output));
    return converted ? Error(Code::io, "converted") : std::move(converted).error();
  }

  PrivateFolders folders_;
};

TEST_F(Convert, TheFolderEmbedsAsTheModelThatWasExported) {
  const ConvertedModel converted = convert_model(onnx(), options()).value();
  EXPECT_EQ(converted.path, options().output);
  EXPECT_EQ(converted.layers, 2U);
  EXPECT_EQ(converted.heads, 4U);
  EXPECT_EQ(converted.max_tokens, 40U);
  EXPECT_EQ(converted.known_as, "");
  EXPECT_TRUE(converted.normalised);
  const std::string published = write_tiny_model(folders_.folder, "published");
  const std::string text = "the ship sails through the harbour";
  EXPECT_EQ(Embedder::open(converted.path).value().embed_document(text).value(),
            Embedder::open(published).value().embed_document(text).value());
}

TEST_F(Convert, WhatTheExportDoesNotSayIsTakenFromTheOptions) {
  ConvertOptions all = options();
  all.pooling = "cls";
  all.normalise = false;
  all.query_prompt = "city ";
  all.max_tokens = 20;
  const ConvertedModel converted = convert_model(onnx(), all).value();
  EXPECT_EQ(converted.pooling, "cls");
  EXPECT_FALSE(converted.normalised);
  EXPECT_EQ(converted.query_prompt, "city ");
  EXPECT_EQ(converted.document_prompt, "");
  EXPECT_EQ(converted.max_tokens, 20U);
  const Embedder embedder = Embedder::open(converted.path).value();
  EXPECT_NE(embedder.embed_query("old").value(), embedder.embed_document("old").value());
}

TEST_F(Convert, PoolingMustBeSaidForAnUnknownModel) {
  ConvertOptions silent = options();
  silent.pooling.clear();
  EXPECT_EQ(refusal(silent).code(), Code::invalid_argument);
  silent.pooling = "max";
  EXPECT_THAT(refusal(silent).what(), HasSubstr("pooling is not one of"));
}

TEST_F(Convert, ATokenizerIsLookedForBesideTheExportAndOneFolderAbove) {
  fs::rename(folders_.folder.file("export/tokenizer.json"), folders_.folder.file("tokenizer.json"));
  EXPECT_TRUE(convert_model(onnx(), options()).ok());
  fs::remove(folders_.folder.file("tokenizer.json"));
  ConvertOptions again = options();
  again.output += "2";
  EXPECT_EQ(refusal(again).code(), Code::not_found);
  EXPECT_THAT(refusal(again).what(), HasSubstr("fix=--tokenizer FILE"));
}

TEST_F(Convert, ATokenizerOfAnotherModelIsRefused) {
  std::string larger = tiny_tokenizer_json();
  larger.replace(larger.find("\"sails\":49"), 10, "\"sails\":49,\"more\":50");
  folders_.folder.write("export/tokenizer.json", larger);
  EXPECT_THAT(refusal(options()).what(), HasSubstr("it is another's"));
}

TEST_F(Convert, ALimitBeyondThePositionsIsRefused) {
  ConvertOptions far = options();
  far.max_tokens = 41;
  EXPECT_EQ(refusal(far).code(), Code::invalid_argument);
}

TEST_F(Convert, ANameOfTheCatalogueMustBeTheRightOne) {
  ConvertOptions named = options();
  named.known_as = "bge-smal-en";
  EXPECT_THAT(refusal(named).what(), HasSubstr("bge-small-en-v1.5"));
  named.known_as = "nope";
  EXPECT_THAT(refusal(named).what(), HasSubstr("fix=vicinal models --all"));
  named.known_as = "bge-small-en-v1.5";
  EXPECT_THAT(refusal(named).what(), HasSubstr("expected=384"));
}

TEST_F(Convert, WhatIsThereIsReplacedOnDemandAndOnlyWhenItIsAModel) {
  ASSERT_TRUE(convert_model(onnx(), options()).ok());
  EXPECT_EQ(convert_model(onnx(), options()).error().code(), Code::invalid_argument);
  ConvertOptions forced = options();
  forced.force = true;
  EXPECT_TRUE(convert_model(onnx(), forced).ok());
  folders_.folder.write("notes/diary.txt", "dear diary");
  forced.output = folders_.folder.file("notes");
  EXPECT_EQ(refusal(forced).code(), Code::invalid_argument);
  EXPECT_TRUE(fs::exists(folders_.folder.file("notes/diary.txt")));
}

TEST_F(Convert, NothingIsLeftBehindByAConversionThatFailed) {
  folders_.folder.write("export/tiny.onnx", "no export");
  EXPECT_EQ(refusal(options()).code(), Code::corrupt);
  EXPECT_EQ(std::distance(fs::directory_iterator(folders_.folder.file("made")), {}), 0);
}

}  // namespace
}  // namespace vicinal::engine
