#include "engine/recipe.h"

#include <gtest/gtest.h>

namespace vicinal::engine {
namespace {

TEST(Recipe, WhatIsWrittenReadsBack) {
  Recipe recipe{
      .chunk = {.size_tokens = 100, .overlap_tokens = 10}, .roots = {{"/a", ""}, {"/b", "b/"}}, .language_noted = true};
  const Recipe read = Recipe::parse(recipe.to_json(), recipe.chunk.to_string()).value();
  EXPECT_EQ(read.roots, recipe.roots);
  EXPECT_TRUE(read.language_noted);
  EXPECT_EQ(read.rules(), recipe.rules());
}

TEST(Recipe, AWholeDocumentRecipeReadsBack) {
  const Recipe recipe{.chunk = {.strategy = ChunkSpec::Strategy::none}, .roots = {}};
  EXPECT_EQ(Recipe::parse(recipe.to_json(), "none").value().chunk.strategy, ChunkSpec::Strategy::none);
}

TEST(Recipe, AnotherChunkSizeChangesHashesAndStamps) {
  Recipe a, b;
  b.chunk.size_tokens = 64;
  const base::FileStamp stamp{.device = 1, .inode = 2, .size = 3, .modified_ns = 4};
  EXPECT_FALSE(a.content_hash("t", "x", "{}") == b.content_hash("t", "x", "{}"));
  EXPECT_FALSE(a.stamped(stamp) == b.stamped(stamp));
  EXPECT_TRUE(a.stamped(stamp) == a.stamped(stamp));
}

TEST(Recipe, TitleTextAndMetadataAreKeptApartInTheHash) {
  const Recipe recipe;
  EXPECT_FALSE(recipe.content_hash("ab", "c", "") == recipe.content_hash("a", "bc", ""));
  EXPECT_FALSE(recipe.content_hash("a", "b", "") == recipe.content_hash("a", "", "b"));
}

TEST(Recipe, DamagedJsonIsAnError) { EXPECT_FALSE(Recipe::parse("{", "none").ok()); }

}  // namespace
}  // namespace vicinal::engine
