// A scan of codes finds what a scan of floats finds, bit for bit: on vectors of every kind, for every metric, at every
// instruction-set level, with dead and with filtered rows, alone and together.

#include "index/scan.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <random>
#include <tuple>

#include "base/file.h"
#include "index/scan_for_tests.h"
#include "kernels/table.h"

namespace vicinal::index {
namespace {

using Random = std::mt19937;

float normal(Random& random) { return std::normal_distribution<float>()(random); }

Rows make(size_t count, size_t dimensions, const std::function<float(size_t row, size_t i)>& value) {
  Rows rows = {dimensions, std::vector<float>(count * dimensions)};
  for (size_t i = 0; i < rows.values.size(); ++i) rows.values[i] = value(i / dimensions, i % dimensions);
  return rows;
}

struct Kind {
  const char* name;
  std::function<Rows(size_t count, size_t dimensions, Random& random)> make;
};

const std::vector<Kind> kKinds = {
    {"normal", [](size_t n, size_t d, Random& r) { return make(n, d, [&](size_t, size_t) { return normal(r); }); }},
    {"clustered",
     [](size_t n, size_t d, Random& r) {
       const Rows centres = make(16, d, [&](size_t, size_t) { return normal(r); });
       return make(n, d, [&](size_t row, size_t i) { return centres.row(row % 16)[i] + 0.3F * normal(r); });
     }},
    {"nearly equal",
     [](size_t n, size_t d, Random& r) {
       const Rows centre = make(1, d, [&](size_t, size_t) { return normal(r); });
       return make(n, d, [&](size_t, size_t i) { return centre.row(0)[i] + 1e-6F * normal(r); });
     }},
    {"duplicates",
     [](size_t n, size_t d, Random& r) {
       const Rows few = make(37, d, [&](size_t, size_t) { return normal(r); });
       return make(n, d, [&](size_t row, size_t i) { return few.row(row % 37)[i]; });
     }},
    {"quarters",
     [](size_t n, size_t d, Random& r) {
       return make(n, d, [&](size_t, size_t) { return static_cast<float>(static_cast<int>(r() % 3) - 1) / 4; });
     }},
    {"one large component",
     [](size_t n, size_t d, Random& r) {
       return make(n, d, [&](size_t row, size_t i) { return normal(r) * (i == row % 3 ? 100.0F : 0.1F); });
     }},
    {"zeros among them",
     [](size_t n, size_t d, Random& r) {
       return make(n, d, [&](size_t row, size_t) { return row % 3 == 0 ? 0.0F : normal(r) - 2.0F; });
     }},
    {"of every size",
     [](size_t n, size_t d, Random& r) {
       return make(n, d,
                   [&](size_t row, size_t) { return std::ldexp(normal(r), static_cast<int>(row * 37 % 240) - 120); });
     }},
    {"huge",
     [](size_t n, size_t d, Random& r) { return make(n, d, [&](size_t, size_t) { return 3e37F * normal(r); }); }},
    {"tiny",
     [](size_t n, size_t d, Random& r) { return make(n, d, [&](size_t, size_t) { return 3e-40F * normal(r); }); }},
    {"at the edge of the range",
     [](size_t n, size_t d, Random& r) {
       return make(n, d, [&](size_t row, size_t) { return normal(r) * (row % 2 == 0 ? 2e13F : 1e-16F); });
     }},
};

constexpr size_t kRows = 1100;
constexpr size_t kRowsPerDocument = 4;

Rows queries_for(const Rows& rows, Random& random) {
  const size_t d = rows.dimensions;
  Rows queries = {d, {}};
  const auto add = [&](const std::function<float(size_t)>& value) {
    for (size_t i = 0; i < d; ++i) queries.values.push_back(value(i));
  };
  add([&](size_t i) { return rows.row(5)[i]; });
  add([&](size_t i) { return -rows.row(700)[i]; });
  add([&](size_t i) { return rows.row(1)[i] * 0.5F + rows.row(1050)[i] * 0.25F; });
  add([&](size_t) { return normal(random); });
  add([&](size_t i) { return i % 7 == 0 ? 1.0F : 0.0F; });
  add([&](size_t) { return 0.0F; });
  add([&](size_t) { return 1e30F * normal(random); });
  add([&](size_t) { return 1e-30F * normal(random); });
  return queries;
}

using Key = std::tuple<uint32_t, uint64_t, uint32_t>;

std::vector<Key> keys_of(const std::vector<Candidate>& candidates) {
  std::vector<Key> keys;
  for (const Candidate& c : candidates) keys.emplace_back(std::bit_cast<uint32_t>(c.score), c.document, c.ordinal);
  std::ranges::sort(keys);
  return keys;
}

std::vector<Bitmap> bitmaps(VectorSet& set, unsigned seed, unsigned sparsity) {
  Random random(seed);
  std::vector<Bitmap> maps;
  for (const VectorSet::OpenFile& file : set.files()) {
    maps.emplace_back(file.entry.rows);
    for (uint64_t row = 0; row < file.entry.rows; ++row)
      if (random() % sparsity == 0) maps.back().set(row);
  }
  return maps;
}

void kill_some(VectorSet& set) {
  for (VectorSet::OpenFile& file : set.files())
    for (uint64_t row = 0; row < file.entry.rows; row += 9) file.dead.mark(row, file.entry.rows);
}

void compare(VectorSet& with, VectorSet& without, const std::vector<ScanQuery>& queries, const std::string& what) {
  const auto together = scan(with, queries).value();
  for (size_t i = 0; i < queries.size(); ++i) {
    SCOPED_TRACE(what + ", query " + std::to_string(i) + ", " + std::string(metric_name(queries[i].metric)) +
                 ", limit " + std::to_string(queries[i].limit) + (queries[i].best_per_document ? ", best" : ""));
    const auto expected = keys_of(scan(without, queries[i]).value());
    ASSERT_EQ(keys_of(scan(with, queries[i]).value()), expected);
    ASSERT_EQ(keys_of(together[i]), expected) << "in a batch";
  }
}

void compare_all(const Kind& kind, size_t dimensions) {
  Random random(static_cast<unsigned>(dimensions));
  const base::TemporaryFolder folder;
  const Rows rows = kind.make(kRows, dimensions, random);
  const FilesForTests files(folder.path(), rows, {700, 1000}, kRowsPerDocument);
  VectorSet with = files.open_with_codes(), without = files.open();
  for (VectorSet::OpenFile& file : without.files()) file.codes.reset();
  const Rows queries = queries_for(rows, random);
  for (const bool dead : {false, true}) {
    if (dead) kill_some(with), kill_some(without);
    for (const unsigned sparsity : {0U, 2U, 150U}) {
      const auto maps = bitmaps(with, 3, std::max(1U, sparsity));
      const std::span<const Bitmap> allowed = sparsity == 0 ? std::span<const Bitmap>() : std::span(maps);
      std::vector<ScanQuery> all;
      for (size_t i = 0; i < queries.count(); ++i)
        for (const Metric metric : {Metric::cosine, Metric::dot, Metric::l2, Metric::l1})
          for (const size_t limit : {1, 10, 60})
            for (const bool best : {false, true}) all.push_back({queries.row(i), limit, metric, best, allowed});
      ASSERT_NO_FATAL_FAILURE(compare(with, without, all, std::string(kind.name) + ", " + std::to_string(dimensions)));
    }
  }
}

class ScanOfCodes : public testing::TestWithParam<size_t> {};

TEST_P(ScanOfCodes, FindsWhatAScanOfFloatsFinds) {
  for (const Kind& kind : kKinds) ASSERT_NO_FATAL_FAILURE(compare_all(kind, GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Dimensions, ScanOfCodes, testing::Values(64, 65, 384));

TEST(ScanOfCodesAtOtherLevels, FindsWhatAScanOfFloatsFinds) {
  if (std::getenv("VICINAL_CPU") != nullptr) GTEST_SKIP() << "runs below itself";
  for (const kernels::Table* table : kernels::available()) {
    if (table == &kernels::active()) continue;
    const pid_t child = ::fork();
    if (child == 0) {
      ::setenv("VICINAL_CPU", table->level, 1);
      ::execl("/proc/self/exe", "index_test", "--gtest_filter=Dimensions/ScanOfCodes.*/1", "--gtest_brief=1", nullptr);
      ::_exit(99);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << table->level;
  }
}

TEST(ScanOfCodesWork, FewRowsAreScoredFromFloats) {
  Random random(1);
  const base::TemporaryFolder folder;
  const Rows rows = kKinds[1].make(20000, 128, random);
  VectorSet set = FilesForTests(folder.path(), rows, {20000}, 1).open_with_codes();
  ScanWork work;
  ASSERT_TRUE(scan(set, {rows.row(4), 10, Metric::cosine}, &work).ok());
  EXPECT_EQ(work.coded_rows, 20000U);
  EXPECT_LT(work.rescored_rows, 400U);
}

TEST(ScanOfCodesWork, BlocksWithoutAnAdmittedRowAreNotRead) {
  Random random(1);
  const base::TemporaryFolder folder;
  const Rows rows = kKinds[0].make(20000, 128, random);
  VectorSet set = FilesForTests(folder.path(), rows, {20000}, 1).open_with_codes();
  std::vector<Bitmap> allowed = {Bitmap(20000), Bitmap(0)};
  for (size_t row = 0; row < 2000; ++row) allowed[0].set(row);  // more than would be looked up one by one
  ScanWork work;
  const auto found = scan(set, {rows.row(4), 10, Metric::cosine, false, allowed}, &work).value();
  EXPECT_EQ(found.size(), 10U);
  EXPECT_LT(work.coded_rows, 2000 + set.files()[0].codes->rows_per_block());
}

TEST(ScanOfCodesWork, FewAdmittedRowsAreLookedUp) {
  Random random(1);
  const base::TemporaryFolder folder;
  const Rows rows = kKinds[0].make(20000, 128, random);
  VectorSet set = FilesForTests(folder.path(), rows, {20000}, 1).open_with_codes();
  std::vector<Bitmap> allowed = {Bitmap(20000), Bitmap(0)};
  allowed[0].set(1280);
  ScanWork work;
  const auto found = scan(set, {rows.row(4), 10, Metric::cosine, false, allowed}, &work).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].document, 1281U);
  EXPECT_EQ(work.coded_rows, 0U);
}

// Every byte of a small file, and every place where it could be cut.
TEST(ScanOfDamagedCodes, StillFindsWhatAScanOfFloatsFinds) {
  Random random(2);
  const base::TemporaryFolder folder;
  const Rows rows = kKinds[1].make(300, 64, random);
  const FilesForTests files(folder.path(), rows, {300}, 2);
  files.open_with_codes();
  const std::string path = code_file_path(folder.path(), 1);
  const std::string bytes = base::read_file(path).value();
  const ScanQuery query = {rows.row(4), 10, Metric::l2};
  const auto expected = keys_of([&] {
    VectorSet plain = files.open();
    plain.files()[0].codes.reset();
    return scan(plain, query).value();
  }());
  const auto check = [&](const std::string& content, size_t at) {
    std::ofstream(path, std::ios::binary) << content;
    VectorSet set = files.open();
    EXPECT_EQ(keys_of(scan(set, query).value()), expected) << at;
  };
  for (size_t at = 0; at < bytes.size(); at += at < 256 ? 1 : 13) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    check(damaged, at);
  }
  for (size_t size = 0; size < bytes.size(); size += 97) check(bytes.substr(0, size), size);
  // And what is damaged is made again.
  VectorSet set = files.open_with_codes();
  EXPECT_EQ(base::read_file(path).value(), bytes);
}

TEST(ScanOfDamagedCodes, CodesOfAnotherSegmentAreNotBelieved) {
  Random random(3);
  const base::TemporaryFolder folder, other;
  const Rows rows = kKinds[0].make(300, 64, random), others = kKinds[0].make(300, 64, random);
  const FilesForTests files(folder.path(), rows, {300}, 1), other_files(other.path(), others, {300}, 1);
  files.open_with_codes();
  other_files.open_with_codes();
  std::ofstream(code_file_path(folder.path(), 1), std::ios::binary)
      << base::read_file(code_file_path(other.path(), 1)).value();
  EXPECT_EQ(files.open().files()[0].codes, nullptr);
}

}  // namespace
}  // namespace vicinal::index
