#include "engine/scopes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/temporary_folder_for_tests.h"

namespace vicinal::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Scopes : public ::testing::Test {
 protected:
  Scopes() {
    const index::StoreIdentity identity{.space = std::string(64, 'a'),
                                        .space_json = "{}",
                                        .model = "tiny",
                                        .dimensions = 4,
                                        .metric = Metric::cosine,
                                        .chunking = "none",
                                        .recipe_json = "{}",
                                        .provenance_json = "{}"};
    store_ = index::Store::open(folder_.file("c"), {.access = index::Store::Access::write, .create = identity}).value();
    folder_.write("notes/a.md", "a");
    folder_.write("notes/deep/b.md", "b");
    folder_.write("other/notes/c.md", "c");
    folder_.write("rows.jsonl", "{}");
  }

  void store_document(const std::string& id, const std::string& root) {
    const index::DocumentWrite document{.id = id,
                                        .source_root = root,
                                        .path = root + "/" + id,
                                        .title = "",
                                        .text = "x",
                                        .metadata = "{}",
                                        .content_hash = {},
                                        .stamp = {.size = 1},
                                        .chunks = {},
                                        .embed_hashes = {}};
    ASSERT_TRUE(store_->upsert(std::span(&document, 1), {}).ok());
    ASSERT_TRUE(store_->refresh().ok());
  }

  Plan plan(const std::vector<std::string>& paths) {
    std::vector<std::string> full;
    for (const std::string& path : paths) full.push_back(folder_.file(path));
    return plan_scopes(full, recipe_, *store_).value();
  }

  base::TemporaryFolder folder_;
  std::unique_ptr<index::Store> store_;
  Recipe recipe_;
};

TEST_F(Scopes, TheOnlyRootHasNoPrefix) {
  const Plan p = plan({"notes"});
  ASSERT_EQ(p.scopes.size(), 1U);
  EXPECT_EQ(p.scopes[0].id_begin, "");
  EXPECT_TRUE(p.scopes[0].covers("anything"));
  EXPECT_EQ(recipe_.roots.at(folder_.file("notes")), "");
}

TEST_F(Scopes, SeveralRootsAreCalledByTheirLastComponentMadeUnique) {
  const Plan p = plan({"notes", "other/notes"});
  EXPECT_EQ(p.scopes[0].id_begin, "notes/");
  EXPECT_EQ(p.scopes[1].id_begin, "notes-2/");
}

TEST_F(Scopes, ARootKeepsItsPrefixInLaterRuns) {
  plan({"notes", "other/notes"});
  const Plan p = plan({"other/notes"});
  EXPECT_EQ(p.scopes[0].id_begin, "notes-2/");
}

TEST_F(Scopes, AFolderInsideARootIsALookAtThatPart) {
  plan({"notes"});
  const Plan p = plan({"notes/deep"});
  EXPECT_EQ(p.scopes[0].root, folder_.file("notes"));
  EXPECT_EQ(p.scopes[0].id_begin, "deep/");
  EXPECT_TRUE(p.scopes[0].covers("deep/b.md"));
  EXPECT_FALSE(p.scopes[0].covers("a.md"));
}

TEST_F(Scopes, AFileInsideARootIsALookAtThatFile) {
  plan({"notes"});
  const Plan p = plan({"notes/deep/b.md"});
  EXPECT_EQ(p.scopes[0].id_begin, "deep/");
  EXPECT_TRUE(p.scopes[0].covers("deep/b.md"));
  EXPECT_FALSE(p.scopes[0].covers("deep/c.md"));
}

TEST_F(Scopes, APathBelowAnotherOfTheSameCallIsLookedAtOnce) {
  EXPECT_EQ(plan({"notes", "notes/deep", "notes"}).scopes.size(), 1U);
}

TEST_F(Scopes, ARootAroundAnOlderOneAbsorbsIt) {
  plan({"other/notes"});
  const Plan p = plan({"other"});
  EXPECT_THAT(p.scopes[0].absorbed, ElementsAre(folder_.file("other/notes")));
}

TEST_F(Scopes, SingleFilesOfOneNameGetDifferentIds) {
  folder_.write("x/same.md", "x");
  folder_.write("y/same.md", "y");
  const Plan p = plan({"x/same.md", "y/same.md"});
  EXPECT_EQ(p.scopes[0].id_begin, "");
  EXPECT_EQ(p.scopes[1].id_begin, "y/");
}

TEST_F(Scopes, JsonlFilesAreRowsInTheirPlace) {
  const Plan p = plan({"rows.jsonl", "notes"});
  EXPECT_THAT(p.jsonl, ElementsAre(folder_.file("rows.jsonl")));
  EXPECT_THAT(p.order, ElementsAre(false, true));
  EXPECT_EQ(p.scopes[0].id_begin, "");
}

TEST_F(Scopes, AFolderGetsAPrefixWhereRowsHaveIdsAlready) {
  store_document("row1", "");
  EXPECT_EQ(plan({"notes"}).scopes[0].id_begin, "notes/");
}

TEST_F(Scopes, WhatIsNotThereIsNotFound) {
  for (const char* path : {"nothing", "nothing.jsonl"})
    EXPECT_EQ(plan_scopes({folder_.file(path)}, recipe_, *store_).error().code(), Code::not_found);
}

TEST_F(Scopes, ARootThatVanishedIsAnErrorAndRemovesNothing) {
  plan({"notes"});
  store_document("a.md", folder_.file("notes"));
  store_document("deep/b.md", folder_.file("notes"));
  std::filesystem::remove_all(folder_.file("notes"));
  EXPECT_EQ(plan_scopes({folder_.file("notes")}, recipe_, *store_).error().code(), Code::not_found);
  EXPECT_EQ(plan_scopes({folder_.file("notes/deep")}, recipe_, *store_).error().code(), Code::not_found);
}

TEST_F(Scopes, AFileThatVanishedBelowARootIsAScopeOfItsDocuments) {
  plan({"notes"});
  std::filesystem::remove(folder_.file("notes/a.md"));
  const Plan p = plan({"notes/a.md"});
  EXPECT_TRUE(p.scopes[0].vanished);
  EXPECT_TRUE(p.scopes[0].covers("a.md"));
  EXPECT_FALSE(p.scopes[0].covers("deep/b.md"));
}

TEST(IsInside, ComparesWholeComponents) {
  EXPECT_TRUE(is_inside("/a/b", "/a"));
  EXPECT_TRUE(is_inside("/a", "/a"));
  EXPECT_TRUE(is_inside("/a", "/"));
  EXPECT_FALSE(is_inside("/ab", "/a"));
}

}  // namespace
}  // namespace vicinal::engine
