// Attribute indexes against the filter held against each document, and filtered searches against filtering the whole
// answer.

#include "index/attributes.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "filter/matcher.h"
#include "index/store_for_tests.h"

namespace vicinal::index {
namespace {

TEST(Bitmap, FindsSetAndClearBits) {
  Bitmap bits(130);
  for (const size_t i : {size_t{0}, size_t{63}, size_t{64}, size_t{129}}) bits.set(i);
  EXPECT_EQ(bits.count(), 4U);
  EXPECT_EQ(bits.next(1), 63U);
  EXPECT_EQ(bits.next(65), 129U);
  EXPECT_EQ(bits.next(130), 130U);
  EXPECT_EQ(bits.next_clear(0), 1U);
  EXPECT_EQ(bits.next_clear(63), 65U);
  EXPECT_EQ(bits.next_clear(129), 130U);
  EXPECT_EQ((~bits).count(), 126U);
  EXPECT_EQ(Bitmap(70, true).count(), 70U);
}

std::string random_metadata(std::mt19937& random) {
  static constexpr const char* kWords[] = {
      "de", "en", "fr", "docs/a.md", "docs/b/c.md", "2024-05-01", "2020-01-01T10:00:00Z"};
  const auto word = [&] { return std::string("\"") + kWords[random() % 7] + "\""; };
  std::string out = "{";
  const auto member = [&](const char* name, const std::string& value) {
    if (random() % 4 != 0) out += (out.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":" + value;
  };
  member("lang", word());
  member("year", std::to_string(2018 + random() % 6));
  member("score", std::to_string(static_cast<int>(random() % 7) - 3) + ".5");
  member("tags", "[" + word() + "," + word() + ",null,3]");
  member("flag", random() % 2 == 0 ? "true" : "false");
  member("none", "null");
  member("parts", "[{\"a\":" + word() + ",\"b\":1},{\"a\":" + word() + ",\"b\":2}]");
  return out + "}";
}

constexpr const char* kFilters[] = {
    "lang = de",
    "lang != de",
    "year >= 2020",
    "year > 2019 and year <= 2021",
    "score < 0",
    "score >= -1.5",
    "tags = de",
    "tags = 3",
    "tags in (en, fr, 3)",
    "flag = true",
    "flag = false or lang exists",
    "none is null",
    "none exists",
    "lang ~ docs/**",
    "lang ~ \"*.md\"",
    "lang contains /b/",
    "tags prefix 20",
    "path ~ path/**",
    "path exists",
    "title = \"Title of d12\"",
    "lang > 2021-01-01",
    "tags <= 2024-05-01",
    "not (lang = de or year = 2020)",
    "parts.a = de and parts.b = 2",
    "title exists",
    "id prefix d1",
    "missing = 1",
    "not missing = 1",
    R"({"must":[{"nested":{"key":"parts","filter":{"must":[{"key":"a","match":{"value":"de"}},{"key":"b","match":{"value":2}}]}}}]})",
    R"({"must":[{"key":"tags","values_count":{"gt":1}}],"must_not":[{"is_null":{"key":"none"}}]})",
    R"({"min_should":{"conditions":[{"key":"lang","match":{"value":"de"}},{"key":"year","range":{"gt":2020}},{"key":"flag","match":{"value":true}}],"min_count":2}})"};

constexpr size_t kDimensions = 4;

class FilteredStore : public ::testing::Test {
 protected:
  static constexpr size_t kDocuments = 300;

  FilteredStore() : writer_(open_to_write(folder_.store(), kDimensions).value()) {
    std::mt19937 random(7);
    for (size_t i = 0; i < kDocuments; ++i) put({"d" + std::to_string(i), 1, 1 + i % 130}, random_metadata(random));
  }
  void put(const TestDocument& document, const std::string& metadata) {
    DocumentWrite write = test_write(document);
    write.metadata = metadata;
    if (document.id.ends_with('7')) write.path.clear();
    writes_[document.id] = write;
    std::vector<float> vectors;
    for (size_t i = 0; i < document.chunks; ++i) {
      const auto vector = test_vector(document, i, kDimensions);
      vectors.insert(vectors.end(), vector.begin(), vector.end());
    }
    ASSERT_TRUE(writer_->upsert(std::span(&write, 1), {vectors.data(), document.chunks, kDimensions, kDimensions}));
  }
  std::set<std::string> expected(const filter::Condition& where) const {
    std::set<std::string> ids;
    for (const auto& [id, write] : writes_) {
      const auto metadata = base::Json::parse(write.metadata).value();
      if (filter::matches(where, {.id = id, .path = write.path, .title = write.title, .metadata = &metadata}))
        ids.insert(id);
    }
    return ids;
  }
  std::unique_ptr<Store> reader() const { return open_to_read(folder_.store()).value(); }

  /// The answer to one filter in every way that a store gives it.
  void check(Store& store, const filter::Condition& where) const {
    const std::set<std::string> ids = expected(where);
    const auto listed = store.list("", 10000, where).value();
    EXPECT_EQ(std::set<std::string>(listed.begin(), listed.end()), ids);
    EXPECT_TRUE(std::ranges::is_sorted(listed));
    const std::vector<float> query = {1, -0.5F, 0.25F, 2};
    auto all = store.search({query, 100000, Metric::dot, false}).value();
    std::erase_if(all, [&](const StoreHit& hit) { return !ids.contains(hit.document); });
    const auto counted = store.count(where).value();
    EXPECT_EQ(counted.documents, ids.size());
    EXPECT_EQ(counted.chunks, all.size());
    const auto found = store.search({query, 10, Metric::dot, false, where}).value();
    all.resize(std::min<size_t>(10, all.size()));
    ASSERT_EQ(found.size(), all.size());
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].document, all[i].document);
      EXPECT_EQ(found[i].ordinal, all[i].ordinal);
      EXPECT_EQ(found[i].score, all[i].score);
    }
  }

  StoreFolder folder_;
  std::unique_ptr<Store> writer_;
  std::map<std::string, DocumentWrite> writes_;
};

TEST_F(FilteredStore, ListsCountsAndFindsWhatTheFilterHoldsFor) {
  for (const bool sealed : {false, true}) {
    if (sealed) ASSERT_TRUE(writer_->maintain({}));
    const auto store = reader();
    EXPECT_EQ(store->stats()->segments, sealed ? 1U : 0U);
    for (const char* text : kFilters) {
      SCOPED_TRACE(text);
      check(*store, filter::parse_filter(text).value());
    }
  }
}

// Filters that look alike in print are different questions to a reader that remembers its last one.
TEST_F(FilteredStore, TellsFiltersApart) {
  put({"e1", 1, 1}, R"({"a":"text","u":18446744073709551614})");
  put({"e2", 1, 1}, R"({"a":1,"u":18446744073709551615})");
  const auto store = reader();
  const auto count = [&](const char* text) { return store->count(filter::parse_filter(text).value())->documents; };
  EXPECT_EQ(count(R"({"must":[{"key":"a","range":{}}]})"), 1U);
  EXPECT_EQ(count("a exists"), 2U);
  EXPECT_EQ(count("u = 18446744073709551614"), 1U);
  EXPECT_EQ(count("u >= 18446744073709551615"), 1U);
  EXPECT_EQ(count("u >= 18446744073709551614"), 2U);
}

TEST_F(FilteredStore, SeesWhatALaterCommitChanged) {
  const auto where = filter::parse_filter("lang = xx").value();
  const auto store = reader();
  EXPECT_EQ(store->count(where)->documents, 0U);
  put({"d5", 2, 2}, R"({"lang":"xx"})");
  ASSERT_TRUE(store->refresh());
  EXPECT_EQ(store->count(where)->documents, 1U);
  EXPECT_EQ(store->count(where)->chunks, 2U);
  const std::vector<std::string> gone = {"d5"};
  ASSERT_TRUE(writer_->remove(gone));
  ASSERT_TRUE(store->refresh());
  EXPECT_EQ(store->count(where)->documents, 0U);
}

}  // namespace
}  // namespace vicinal::index
