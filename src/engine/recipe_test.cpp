#include "engine/recipe.h"

#include <gtest/gtest.h>

namespace vicinal::engine {
namespace {

TEST(Recipe, what_is_written_reads_back) {
  Recipe recipe{.chunk = {.size_tokens = 100, .overlap_tokens = 10}, .roots = {{"/a", ""}, {"/b", "b/"}}, .language_noted = true};
  const Recipe read = Recipe::parse(recipe.to_json(), recipe.chunk.to_string()).value();
  EXPECT_EQ(read.roots, recipe.roots);
  EXPECT_TRUE(read.language_noted);
  EXPECT_EQ(read.rules(), recipe.rules());
}

TEST(Recipe, a_whole_document_recipe_reads_back) {
  const Recipe recipe{.chunk = {.strategy = ChunkSpec::Strategy::none}, .roots = {}};
  EXPECT_EQ(Recipe::parse(recipe.to_json(), "none").value().chunk.strategy, ChunkSpec::Strategy::none);
}

TEST(Recipe, another_chunk_size_changes_hashes_and_stamps) {
  Recipe a, b;
  b.chunk.size_tokens = 64;
  const base::FileStamp stamp{.device = 1, .inode = 2, .size = 3, .modified_ns = 4};
  EXPECT_FALSE(a.content_hash("t", "x", "{}") == b.content_hash("t", "x", "{}"));
  EXPECT_FALSE(a.stamped(stamp) == b.stamped(stamp));
  EXPECT_TRUE(a.stamped(stamp) == a.stamped(stamp));
}

TEST(Recipe, title_text_and_metadata_are_kept_apart_in_the_hash) {
  const Recipe recipe;
  EXPECT_FALSE(recipe.content_hash("ab", "c", "") == recipe.content_hash("a", "bc", ""));
  EXPECT_FALSE(recipe.content_hash("a", "b", "") == recipe.content_hash("a", "", "b"));
}

TEST(Recipe, damaged_json_is_an_error) { EXPECT_FALSE(Recipe::parse("{", "none").ok()); }

}  // namespace
}  // namespace vicinal::engine
