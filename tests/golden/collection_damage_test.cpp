// Every byte of every file of a collection flipped, every file cut at every length: the right answer or an error.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/json.h"
#include "golden/collection_answers.h"
#include "index/store_for_tests.h"
#include "index/verify.h"

namespace vicinal::golden {
namespace {

/// VICINAL_DAMAGE_STRIDE=1: every byte, by hand; takes minutes.
size_t damage_stride() {
  const char* asked = std::getenv("VICINAL_DAMAGE_STRIDE");
  return asked == nullptr ? 257 : std::max<size_t>(1, std::strtoull(asked, nullptr, 10));
}

constexpr uint64_t kFewPassages = 20;  // that make up a file of postings

void put(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

class EveryByte : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string golden = "tests/golden/collection-" + GetParam();
    queries_ = queries_in(base::Json::parse(base::read_file(golden + "/answers.json").value()).value());
    std::filesystem::copy(golden + "/collection", folder_.store(), std::filesystem::copy_options::recursive);
    dimensions_ = queries_.front().size();
    // Whatever an upgrade does is done before, and commits lie in the log as behind a killed writer.
    ASSERT_TRUE(index::open_to_write(folder_.store(), dimensions_, kFewPassages).value()->maintain({}));
    {
      const auto store = index::open_to_write(folder_.store(), dimensions_).value();
      note(*store);
      for (const char* id : {"first", "second"}) {
        ASSERT_TRUE(index::upsert(*store, {{id, 1, 2}}, dimensions_).ok());
        note(*store);
      }
      std::filesystem::copy(folder_.store(), copy());
    }
    ASSERT_NE(file_with("postings-"), "");
    expect_whole();
  }

  struct Answers {
    Result<std::string> all = std::string(), words = std::string();
  };
  Answers answers_of(index::Store& store) const { return {golden::answers_of(store, queries_), words_of(store)}; }
  void note(index::Store& store) { answers_.push_back(answers_of(store)); }
  Answers answers_at(const std::string& folder) const {
    std::filesystem::remove(folder + "/collection.db-shm");
    const auto store = index::open_to_read(folder);
    return store ? answers_of(**store) : Answers{store.error(), store.error()};
  }
  void expect_whole() const {
    const Answers found = answers_at(copy());
    EXPECT_EQ(found.all.value(), answers_.back().all.value());
    EXPECT_EQ(found.words.value(), answers_.back().words.value());
  }

  std::string copy() const { return folder_.path() + "/copy"; }
  std::string file_with(std::string_view part) const {
    for (const auto& entry : std::filesystem::directory_iterator(copy()))
      if (entry.path().filename().string().starts_with(part) && entry.path().string().find("-shm") == std::string::npos)
        return entry.path().string();
    return {};
  }

  enum class Allowed {
    all,            ///< an error, or all that was committed
    but_the_newest  ///< the last commit of the log may be missing: nothing tells it from one that was never finished
  };
  void expect_no_wrong_answer(const std::string& what, Allowed allowed) {
    const Answers found = answers_at(copy());
    errors_ += found.all ? 0 : 1;
    word_errors_ += found.words ? 0 : 1;
    const auto is = [&](const Answers& known) {
      return (!found.all || *found.all == *known.all) && (!found.words || *found.words == *known.words);
    };
    EXPECT_TRUE(is(answers_.back()) || (allowed == Allowed::but_the_newest && is(answers_[1])))
        << what << ": a wrong answer and no error";
  }
  void expect_reported(const std::string& what) {
    std::filesystem::remove(copy() + "/collection.db-shm");
    const auto report = index::verify(copy(), {});
    EXPECT_TRUE(!report || report->damages > 0) << what << " is not reported";
  }

  struct Places {
    size_t from = 0, to = static_cast<size_t>(-1);
    bool contain(size_t at) const { return at >= from && at < to; }
  };
  void damage(const std::string& path, Allowed allowed, const Places& unseen) {
    const std::string bytes = base::read_file(path).value();
    for (size_t at = 0; at < bytes.size(); at += damage_stride()) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
      put(path, damaged);
      const std::string what = path + ", byte " + std::to_string(at);
      expect_no_wrong_answer(what, allowed);
      if (!unseen.contain(at)) expect_reported(what);
    }
    for (size_t size = 0; size < bytes.size(); size += damage_stride()) {
      put(path, std::string_view(bytes).substr(0, size));
      expect_no_wrong_answer(path + ", cut to " + std::to_string(size), allowed);
    }
    put(path, bytes);
    expect_whole();
  }

  static constexpr Places kNowhere = {0, 0};

  index::StoreFolder folder_;
  std::vector<std::vector<float>> queries_;
  std::vector<Answers> answers_;  ///< after each commit
  size_t dimensions_ = 0, errors_ = 0, word_errors_ = 0;
};

TEST_P(EveryByte, OfTheTail) { damage(file_with("tail-"), Allowed::all, kNowhere); }
TEST_P(EveryByte, OfASegment) {
  damage(copy() + "/segment-2.vec", Allowed::all, kNowhere);
  EXPECT_GT(errors_, 0U);
}
TEST_P(EveryByte, OfTheDatabase) {
  ASSERT_TRUE(index::open_to_write(copy(), dimensions_).ok());  // pages that the log replaces would not be looked at
  damage(copy() + "/collection.db", Allowed::all, kNowhere);
  EXPECT_GT(errors_, 0U);
}
// Where the head of the very last frame does not say any more that it ends a commit of this log, nothing tells the
// commit from one that was never finished.
TEST_P(EveryByte, OfTheLog) {
  constexpr size_t kHead = 24, kFrame = kHead + 4096;
  const std::string path = copy() + "/collection.db-wal";
  const size_t last = std::filesystem::file_size(path) - kFrame;
  damage(path, Allowed::but_the_newest, {last, last + kHead});
}
// Codes are derived: without them answers are the same.
TEST_P(EveryByte, OfTheCodes) {
  damage(copy() + "/segment-2.i8", Allowed::all, {});
  EXPECT_EQ(errors_ + word_errors_, 0U);
}
// Derived as well: without them vectors answer as they did. A writer makes them anew.
TEST_P(EveryByte, OfThePostings) {
  damage(file_with("postings-"), Allowed::all, kNowhere);
  EXPECT_EQ(errors_, 0U);
  EXPECT_GT(word_errors_, 0U);
}
TEST_P(EveryByte, OfThePostingsIsMendedByCompacting) {
  const std::string path = file_with("postings-"), kept = folder_.path() + "/kept";
  std::filesystem::copy(copy(), kept);
  const std::string bytes = base::read_file(path).value();
  for (size_t at = 0; at < bytes.size(); at += damage_stride()) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    put(path, at % 2 == 0 ? damaged : bytes.substr(0, at));
    ASSERT_TRUE(index::open_to_write(copy(), dimensions_).value()->compact({})) << at;
    EXPECT_EQ(index::verify(copy(), {})->damages, 0U) << at;
    expect_whole();
    std::filesystem::remove_all(copy());
    std::filesystem::copy(kept, copy());
  }
}

INSTANTIATE_TEST_SUITE_P(OfFormat, EveryByte, testing::Values("v1", "v2_fields"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace vicinal::golden
