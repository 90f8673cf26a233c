// Every byte that counts is looked at: a flipped one is found and named, a collection as it was written has nothing to
// find.

#include "index/verify.h"

#include <gtest/gtest.h>

#include <fstream>

#include "index/folder.h"
#include "index/log_file.h"
#include "index/page_checksum.h"
#include "index/sqlite.h"
#include "index/store_for_tests.h"

namespace vicinal::index {
namespace {

constexpr size_t kDimensions = 3;

class Verify : public testing::Test {
 protected:
  // A segment, a tail with dead rows and filling, a file of postings, texts that are packed and some that are not.
  void SetUp() override {
    const auto store = open_to_write(folder_.store(), kDimensions).value();
    for (uint64_t version : {1U, 2U}) write(*store, {{"large", version, 600}, {"other", version, 3}});
    ASSERT_TRUE(store->maintain({}).ok());
    write(*store, {{"fresh", 1, 5}, {"other", 3, 2}, {"empty", 1, 0}});
    write(*store, {{"fresh", 2, 3}});
  }

  void write(Store& store, const std::vector<TestDocument>& documents) {
    ASSERT_TRUE(upsert(store, documents, kDimensions).ok());
  }

  std::string file_with(std::string_view part) const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.store()))
      if (entry.path().filename().string().starts_with(part)) return entry.path().string();
    return {};
  }

  Verification look() const { return verify(folder_.store(), {}).value(); }

  // Flips one byte after the other; each must be found, in this file.
  void flip_bytes(const std::string& path, size_t stride, size_t end = SIZE_MAX) {
    const std::string bytes = base::read_file(path).value();
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    const auto put = [&](size_t at, char value) { file.seekp(static_cast<std::streamoff>(at)).put(value).flush(); };
    for (size_t at = 0; at < std::min(end, bytes.size()); at += stride) {
      put(at, static_cast<char>(bytes[at] ^ (1 << (at % 8))));
      const auto report = verify(folder_.store(), {});
      ASSERT_TRUE(report.ok()) << path << " byte " << at << ": " << report.error().what();
      ASSERT_GT(report->damages, 0U) << path << " byte " << at;
      ASSERT_EQ(report->findings[0].path, path) << "byte " << at << ": " << report->findings[0].problem;
      ASSERT_FALSE(report->findings[0].fix.empty());
      put(at, bytes[at]);
    }
    ASSERT_EQ(look().damages, 0U);
  }

  StoreFolder folder_;
};

TEST_F(Verify, OfWhatWasWrittenFindsNothingAndCountsAll) {
  const Verification report = look();
  for (const Damage& damage : report.findings) ADD_FAILURE() << damage.path << " " << damage.problem << damage.place;
  EXPECT_EQ(report.damages, 0U);
  EXPECT_EQ(report.documents, 4U);
  EXPECT_EQ(report.chunks, 605U);
  EXPECT_EQ(report.vectors, 605U);
  EXPECT_EQ(report.dead_vectors, 8U);
  EXPECT_EQ(report.files, 3U);
}

TEST_F(Verify, FindsEveryFlippedByteOfTheTail) { flip_bytes(file_with("tail-"), 1); }
TEST_F(Verify, FindsEveryFlippedByteOfASegment) { flip_bytes(file_with("segment-"), 7); }
TEST_F(Verify, FindsFlippedBytesOfTheDatabase) { flip_bytes(file_with("collection.db"), 1021); }

TEST_F(Verify, FindsFlippedBytesOfTheLog) {
  // Two commits stay in the log behind a killed writer: the folder is copied while one has it open.
  const std::string copy = folder_.path() + "/copy";
  {
    const auto store = open_to_write(folder_.store(), kDimensions).value();
    write(*store, {{"a", 1, 2}});
    write(*store, {{"b", 1, 2}});
    std::filesystem::copy(folder_.store(), copy);
  }
  std::filesystem::remove(copy + "/collection.db-shm");
  EXPECT_EQ(survey_log(copy + "/collection.db").value().commits, 2U);
  EXPECT_EQ(verify(copy, {}).value().damages, 0U);
  const std::string log = copy + "/collection.db-wal", bytes = base::read_file(log).value();
  const std::string database = base::read_file(copy + "/collection.db").value();
  for (size_t at = 0; at < bytes.size(); at += at < 64 ? 1 : 1021) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    std::ofstream(log, std::ios::binary) << damaged;
    std::filesystem::remove(copy + "/collection.db-shm");
    EXPECT_GT(verify(copy, {}).value().damages, 0U) << "byte " << at;
  }
}

TEST_F(Verify, GoesOnBehindTheFirstDamage) {
  for (const char* part : {"tail-", "segment-"}) {
    std::fstream file(file_with(part), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(200).put('x').flush();
  }
  EXPECT_EQ(look().damages, 2U);
}

TEST_F(Verify, NamesAMissingFile) {
  const std::string path = file_with("segment-");
  std::filesystem::remove(path);
  const Verification report = look();
  ASSERT_GT(report.damages, 0U);
  EXPECT_EQ(report.findings[0].path, path);
}

TEST_F(Verify, NamesVectorsWithoutAPassageAndPassagesWithoutAVector) {
  {
    auto database = Database::open(database_path(folder_.store()), Database::Mode::write).value();
    ASSERT_TRUE(database.execute("DELETE FROM dead").ok());
    ASSERT_TRUE(database
                    .execute("UPDATE chunks SET ordinal = 7 WHERE document = (SELECT id FROM documents WHERE "
                             "external = 'fresh') AND ordinal = 2")
                    .ok());
  }
  std::string all;
  for (const Damage& damage : look().findings) all += damage.problem + "\n";
  EXPECT_NE(all.find("a vector belongs to no passage"), std::string::npos) << all;
  EXPECT_NE(all.find("a passage has no vector"), std::string::npos) << all;
}

TEST_F(Verify, OfADatabaseWhoseChecksumsWereMadeToFitComesToAnEnd) {
  const std::string path = file_with("collection.db"), bytes = base::read_file(path).value();
  std::mt19937_64 random(5);
  size_t found = 0;
  for (int round = 0; round < 300; ++round) {
    std::string damaged = bytes;
    for (int change = 0; change < 3; ++change) damaged[random() % bytes.size()] = static_cast<char>(random());
    for (size_t page = 0; page < damaged.size() / kPageBytes; ++page)
      seal_page(std::span<std::byte, kPageBytes>(reinterpret_cast<std::byte*>(damaged.data()) + page * kPageBytes,
                                                 kPageBytes),
                page);
    std::ofstream(path, std::ios::binary) << damaged;
    const auto report = verify(folder_.store(), {});
    found += !report || report->damages > 0;
  }
  EXPECT_GT(found, 150U);
}

TEST_F(Verify, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(verify(folder_.store(), {{}, stop.get_token()}).error().code(), Code::interrupted);
}

TEST_F(Verify, OfNoCollectionIsNotFound) {
  EXPECT_EQ(verify(folder_.path() + "/nothing", {}).error().code(), Code::not_found);
}

}  // namespace
}  // namespace vicinal::index
