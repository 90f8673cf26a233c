/// The examples of README.md and of the heads of include/vicinal, as they stand there (tools/check_docs.py compares the
/// lines), against a model that fits a test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vicinal/vicinal.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "engine/tiny_model_for_tests.h"

namespace vicinal {
namespace {

/// A home folder, which is the working directory, with notes in it, and the tiny model in the place of the default one.
class Examples : public testing::Test {
 protected:
  Examples() {
    engine::write_tiny_model(folders_.folder, "models/all-MiniLM-L6-v2");
    folders_.folder.write("notes/refund.txt", "a refund is paid in money to the card of the customer .\n");
    folders_.folder.write("notes/river.md", "# river\n\nthe river flows through the city .\n");
    std::filesystem::current_path(folders_.folder.path());
    ::setenv("HOME", folders_.folder.path().c_str(), 1);
  }
  ~Examples() override {
    std::filesystem::current_path(working_directory_);
    home_.empty() ? ::unsetenv("HOME") : ::setenv("HOME", home_.c_str(), 1);
  }

  const std::filesystem::path working_directory_ = std::filesystem::current_path();
  const std::string home_ = std::getenv("HOME") == nullptr ? "" : std::getenv("HOME");
  engine::PrivateFolders folders_;
};

// clang-format off
TEST_F(Examples, OfTheReadmeIndexAndSearch) {
  testing::internal::CaptureStdout();
  auto docs = vicinal::Collection::open("kb", {.create = true}).value();
  docs.index_paths({"notes"}).value();
  for (const vicinal::Hit& hit : docs.search("how do refunds work?", {.limit = 3}).value().hits)
    std::printf("%.3f %s:%zu\n", hit.score, hit.path.c_str(), hit.line_start);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), testing::HasSubstr("/notes/refund.txt:1\n"));
}

TEST_F(Examples, OfCollectionsTakeAPathBelowTheHomeFolder) {
  testing::internal::CaptureStdout();
  auto docs = vicinal::Collection::open("notes.vicinal", {.create = true, .model = "all-MiniLM-L6-v2"}).value();
  docs.index_paths({"~/notes"}).value();
  for (const vicinal::Hit& hit : docs.search("how do refunds work?", {.limit = 3}).value().hits)
    std::printf("%.3f %s:%zu\n", hit.score, hit.path.c_str(), hit.line_start);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), testing::HasSubstr("/notes/refund.txt:1\n"));
}

TEST_F(Examples, OfEmbeddersGiveAMatrixAndAVector) {
  const std::vector<std::string> texts = {"the river flows", "a refund in money"};
  auto model = vicinal::Embedder::open("all-MiniLM-L6-v2").value();
  auto documents = model.embed_documents(texts).value();           // [texts, model.dimensions()]
  auto query = model.embed_query("which river flows through Basel?").value();
  EXPECT_EQ(documents.rows(), texts.size());
  EXPECT_EQ(documents.cols(), model.dimensions());
  EXPECT_EQ(query.size(), model.dimensions());
}

TEST_F(Examples, OfVectorIndexesFindTheNearest) {
  testing::internal::CaptureStdout();
  auto index = vicinal::VectorIndex::make({.dimensions = 3}).value();
  index.add(std::vector<uint64_t>{7, 8}, std::vector<float>{1, 0, 0, 0, 1, 0}).value();
  index.save("vectors.vix").value();
  auto again = vicinal::VectorIndex::load("vectors.vix").value();
  for (const vicinal::Neighbour& near : again.search(std::vector<float>{0.9F, 0.1F, 0}, {.limit = 1}).value())
    std::printf("%llu %.2f\n", static_cast<unsigned long long>(near.id), near.score);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "7 0.99\n");
  auto bits = vicinal::VectorIndex::make({.dimensions = 16, .kind = vicinal::VectorKind::bits}).value();
  bits.add_bits(std::vector<uint64_t>{1, 2}, std::vector<uint8_t>{0xFF, 0x00, 0x0F, 0x0F}).value();
  auto nearest = bits.search_bits(std::vector<uint8_t>{0xFF, 0x01}, {.limit = 1}).value();
  EXPECT_EQ(nearest, (std::vector<vicinal::Neighbour>{{1, -1}}));
}

TEST_F(Examples, OfResultsAreTestedBeforeTheyAreUsed) {
  const auto example = [] {
    auto model = vicinal::Embedder::open("all-MiniLM-L6-v2");
    if (!model) { std::cerr << model.error().what() << '\n'; return 3; }
    auto vector = model->embed_query("Swiss river");
    return vector.ok() ? 0 : 1;
  };
  EXPECT_EQ(example(), 0);
  std::filesystem::remove_all("models/all-MiniLM-L6-v2");
  testing::internal::CaptureStderr();
  EXPECT_EQ(example(), 3);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("vicinal pull all-MiniLM-L6-v2"));
}
// clang-format on

}  // namespace
}  // namespace vicinal
