#include "engine/migrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <stop_token>

#include "engine/tiny_model_for_tests.h"
#include "vicinal/doctor.h"

namespace vicinal {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class MigrateTest : public ::testing::Test {
 protected:
  MigrateTest()
      : old_model_(engine::write_tiny_model(folders_.folder, "old")),
        new_model_(engine::write_tiny_model(folders_.folder, "new", 2)) {
    folders_.folder.write("notes/river.md",
                          "# river\n\nthe river flows through the city and in the alps is a bridge .\n");
    folders_.folder.write("notes/cat.html",
                          "<html><title>cat</title>\n<!-- a\nb\nc -->\n<p>the cat sleeps in the green "
                          "house</p>\n\n\n<p>the dog runs in the garden</p></html>");
    for (int i = 0; i < 30; ++i)
      folders_.folder.write("notes/n" + std::to_string(i) + ".txt",
                            std::string(engine::kTinyVocabulary[4 + i]) + " is in the old market , a ship sails .\n");
  }

  std::string file(const std::string& name) const { return folders_.folder.file(name); }
  Collection make(const std::string& name, const std::string& model, std::optional<ChunkSpec> chunk = {}) {
    Collection docs = Collection::open(file(name), {.create = true, .model = model, .chunk = chunk}).value();
    docs.index_paths({file("notes")}).value();
    return docs;
  }
  Result<MigrateReport> migrate(const Watch& watch = {}, std::optional<ChunkSpec> chunk = {}, bool dry_run = false) {
    return migrate_collection(file("c"), {.model = new_model_, .embedder = {}, .chunk = chunk, .dry_run = dry_run},
                              watch);
  }
  /// Everything but the text's tokens, which depend on the model.
  static std::vector<std::string> rows_of(Collection docs) {
    std::vector<std::string> rows;
    docs.export_chunks([&](const ExportedChunk& row) {
          std::string line = row.id + '\n' + row.text + '\n' + row.metadata;
          for (const float x : row.embedding) line += ' ' + std::to_string(x);
          rows.push_back(line);
          return true;
        })
        .value();
    return rows;
  }
  Collection reopen() { return Collection::open(file("c")).value(); }

  engine::PrivateFolders folders_;
  std::string old_model_, new_model_;
};

TEST_F(MigrateTest, TheCollectionIsAsIfItHadBeenMadeWithTheNewModel) {
  make("c", old_model_).update_metadata({"n1.txt"}, {.patch = R"({"kept":true})"}).value();
  Collection fresh = make("fresh", new_model_);
  fresh.update_metadata({"n1.txt"}, {.patch = R"({"kept":true})"}).value();
  const MigrateReport report = migrate().value();
  EXPECT_TRUE(report.switched);
  EXPECT_EQ(report.documents, 32U);
  EXPECT_EQ(report.kept, 0U);
  EXPECT_EQ(rows_of(reopen()), rows_of(std::move(fresh)));
  EXPECT_EQ(reopen().stats().value().space, report.to_space);
  EXPECT_FALSE(fs::exists(file("c.migrating")));
  EXPECT_EQ(verify_collection(file("c")).value().damages, 0U);
  // The collection still mirrors its folder.
  folders_.folder.write("notes/late.txt", "a lantern in the harbour .\n");
  const IndexReport again = reopen().index_paths({file("notes")}).value();
  EXPECT_EQ(again.added, 1U);
  EXPECT_EQ(again.embedded, 1U);
  EXPECT_EQ(again.unchanged, 32U);
}

TEST_F(MigrateTest, PassagesStayOrAreCutAnewWithTheLinesOfTheFile) {
  make("c", old_model_, ChunkSpec{.strategy = ChunkSpec::Strategy::recursive, .size_tokens = 8, .overlap_tokens = 0});
  const auto places = [](const Document& document) {
    std::vector<std::tuple<size_t, size_t, size_t, size_t>> out;
    for (const Chunk& c : document.chunks) out.emplace_back(c.byte_start, c.byte_end, c.line_start, c.line_end);
    return out;
  };
  const auto before = places(reopen().get("cat.html").value());
  ASSERT_GE(before.size(), 2U);
  migrate().value();
  EXPECT_EQ(places(reopen().get("cat.html").value()), before);
  new_model_ = engine::write_tiny_model(folders_.folder, "third", 3);
  const ChunkSpec whole{.strategy = ChunkSpec::Strategy::none};
  migrate({}, whole).value();
  const auto after = places(reopen().get("cat.html").value());
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(std::get<2>(after[0]), std::get<2>(before.front()));
  EXPECT_EQ(std::get<3>(after[0]), std::get<3>(before.back()));
  EXPECT_EQ(reopen().stats().value().chunking, whole.to_string());
}

TEST_F(MigrateTest, AStoppedRunKeepsWhatItEmbeddedAndTheOldOneServesMeanwhile) {
  make("c", old_model_);
  const auto before = rows_of(reopen());
  std::stop_source stop;
  size_t acknowledged = 0;
  // The tiny model needs no second commit for so little: a first run is stopped where it would switch.
  const auto sink = [&](const Progress& progress) {
    acknowledged = std::max(acknowledged, progress.acknowledged);
    if (progress.acknowledged == 32) stop.request_stop();
  };
  folders_.folder.write("notes/n0.txt", "a lantern in the harbour .\n");
  const auto stopped = migrate({.progress =
                                    [&](const Progress& p) {
                                      sink(p);
                                      if (p.acknowledged == 32 && !fs::exists(file("changed"))) {
                                        folders_.folder.write("changed", "");
                                        reopen().index_paths({file("notes")}).value();
                                      }
                                    },
                                .stop = stop.get_token()});
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code(), Code::interrupted) << stopped.error().what();
  EXPECT_EQ(acknowledged, 32U);
  EXPECT_EQ(rows_of(reopen()).size(), before.size());
  EXPECT_NE(reopen().stats().value().model, new_model_);
  const MigrateReport counted = migrate({}, {}, true).value();
  EXPECT_EQ(counted.kept, 31U);
  const MigrateReport report = migrate().value();
  EXPECT_EQ(report.kept, 31U);
  EXPECT_EQ(report.embedded, 1U);
  EXPECT_EQ(rows_of(reopen()), rows_of(make("fresh", new_model_)));
}

TEST_F(MigrateTest, WhatChangesMeanwhileIsCarriedOver) {
  make("c", old_model_);
  bool changed = false;
  const Watch watch{.progress = [&](const Progress& progress) {
    if (progress.stage != "migrate" || progress.acknowledged == 0 || std::exchange(changed, true)) return;
    Collection docs = reopen();
    docs.remove({"n2.txt"}).value();
    docs.update_metadata({"n3.txt"}, {.patch = R"({"new":1})"}).value();
    folders_.folder.write("notes/n4.txt", "a lantern in the harbour .\n");
    fs::remove(file("notes/n2.txt"));
    docs.index_paths({file("notes")}).value();
  }};
  const MigrateReport report = migrate(watch).value();
  EXPECT_EQ(report.carried_over, 3U);
  Collection fresh = make("fresh", new_model_);
  fresh.update_metadata({"n3.txt"}, {.patch = R"({"new":1})"}).value();
  EXPECT_EQ(rows_of(reopen()), rows_of(std::move(fresh)));
}

TEST_F(MigrateTest, ADryRunWritesNothingAndMeasuresASample) {
  make("c", old_model_);
  std::string note;
  const MigrateReport report = migrate({.progress = [&](const Progress& p) { note += p.note; }}, {}, true).value();
  EXPECT_FALSE(report.switched);
  EXPECT_GT(report.sampled_chunks, 0U);
  EXPECT_GT(report.estimated_seconds, 0);
  EXPECT_THAT(note, HasSubstr("32 documents to embed, about 3"));
  EXPECT_FALSE(fs::exists(file("c.migrating")));
}

TEST_F(MigrateTest, ReadyVectorsWithTextsGetAModel) {
  Collection docs = Collection::open(file("c"), {.create = true, .space = "elsewhere", .dimensions = 2}).value();
  std::vector<VectorRow> rows = {{"a", "the river flows", "", "{\"y\":1}", {1, 0}}, {"b", "", "", "", {0, 1}}};
  docs.add_vectors([&] { return std::exchange(rows, {}); }).value();
  const MigrateReport report = migrate().value();
  EXPECT_EQ(report.without_passages, 1U);
  EXPECT_EQ(reopen().search("the river", {.where = "y = 1"}).value().hits.front().document, "a");
}

TEST_F(MigrateTest, InTheModelsSpaceThereIsNothingToDoButToClearUp) {
  make("c", old_model_);
  make("copy", old_model_);
  migrate().value();
  // As if a run had been killed just behind the exchange: the old collection lies beside.
  fs::rename(file("copy"), file("c.migrating"));
  const MigrateReport report = migrate().value();
  EXPECT_TRUE(report.nothing_to_do);
  EXPECT_FALSE(fs::exists(file("c.migrating")));
  EXPECT_EQ(reopen().stats().value().space, report.to_space);
}

TEST_F(MigrateTest, ALinkIsRefusedAndASlashBehindTheNameIsNone) {
  make("c", old_model_);
  fs::create_directory_symlink(file("c"), file("link"));
  const auto refused = migrate_collection(file("link"), {.model = new_model_});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().what(), HasSubstr("is a link"));
  EXPECT_TRUE(migrate_collection(file("c") + "/", {.model = new_model_}).value().switched);
  EXPECT_TRUE(Collection::open(file("link")).value().search("the river"));
}

TEST_F(MigrateTest, AnUnfinishedMigrationToAnotherSpaceIsNotOverwritten) {
  make("c", old_model_);
  make("c.migrating", engine::write_tiny_model(folders_.folder, "third", 3));
  EXPECT_EQ(migrate().error().code(), Code::space_mismatch);
  EXPECT_TRUE(fs::exists(file("c.migrating")));
}

}  // namespace
}  // namespace vicinal
