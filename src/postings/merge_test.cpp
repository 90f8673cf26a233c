#include "postings/merge.h"

#include <gtest/gtest.h>

#include "postings/corpus_for_tests.h"

namespace vicinal::postings {
namespace {

std::string merged(std::span<const MergeSource> sources) {
  std::string payload;
  EXPECT_TRUE(merge(
      sources,
      [&](std::span<const std::byte> bytes) -> Result<> {
        payload.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return {};
      },
      [](double) { return true; }));
  return payload;
}

TEST(Merge, IsByteForByteTheImageOfTheLivingRows) {
  const auto first = test_rows(3000, 9000, 1, 1), second = test_rows(2000, 9000, 2, 10000);
  const TestImage a(first), b(second);
  std::vector<uint64_t> live((first.size() + 63) / 64, 0);
  std::vector<TestRow> left;
  for (size_t i = 0; i < first.size(); ++i) {
    if (first[i].document % 4 == 1) continue;
    live[i / 64] |= uint64_t{1} << i % 64;
    left.push_back(first[i]);
  }
  left.insert(left.end(), second.begin(), second.end());
  const std::vector<MergeSource> all = {{a.get(), live}, {b.get(), {}}};
  EXPECT_EQ(living_rows(all), left.size());
  const TestImage image(merged(all)), expected(left);
  ASSERT_NE(image.get(), nullptr);
  EXPECT_TRUE((*image).verify());
  EXPECT_EQ((*image).terms(), (*expected).terms());
  EXPECT_EQ((*image).positions(), (*expected).positions());
  EXPECT_TRUE(std::ranges::equal((*image).documents(), (*expected).documents()));
  ASSERT_TRUE((*expected).dictionary().each_from("", [&](std::string_view key, const Term& term) {
    const auto found = (*image).find(key);
    if (!found || !*found) {
      ADD_FAILURE() << key;
      return false;
    }
    PlainList x, y;
    (*image).list(**found)->read_all(x);
    (*expected).list(term)->read_all(y);
    EXPECT_EQ(x.rows, y.rows);
    EXPECT_EQ(x.frequencies, y.frequencies);
    EXPECT_EQ(x.positions, y.positions);
    return true;
  }));
}

TEST(Merge, StopsWhereItIsAskedTo) {
  const TestImage a(test_rows(3000, 9000, 3));
  const std::vector<MergeSource> all = {{a.get(), {}}};
  const auto stopped =
      merge(all, [](std::span<const std::byte>) -> Result<> { return {}; }, [](double) { return false; });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::interrupted);
}

}  // namespace
}  // namespace vicinal::postings
