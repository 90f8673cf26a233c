#include "cli/npy.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "base/temporary_folder_for_tests.h"

namespace vicinal::cli {
namespace {

TEST(Npy, TheHeaderIsAlignedAndHasOneLengthForEveryShape) {
  for (const size_t rows : {size_t{0}, size_t{1}, size_t{1'000'000'000'000}}) {
    const std::string header = npy_header(rows, 384);
    EXPECT_EQ(header.size(), 128u);
    EXPECT_EQ(header.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
    EXPECT_EQ(header.back(), '\n');
    EXPECT_NE(header.find("'shape': (" + std::to_string(rows) + ", 384)"), std::string::npos);
  }
}

TEST(Npy, RowsFollowTheHeaderAndTheirNumberIsFilledInAtTheEnd) {
  const base::TemporaryFolder folder;
  const std::string path = folder.path() + "/m.npy";
  const std::array<float, 3> first = {1, 2, 3}, second = {-1, 0.5F, 1e-30F};
  Output out = Output::open(path).value();
  NpyWriter writer(out, 3);
  EXPECT_TRUE(writer.append(first));
  EXPECT_TRUE(writer.append(second));
  ASSERT_TRUE(writer.finish());
  EXPECT_FALSE(std::filesystem::exists(path)) << "a matrix that is not whole must not look whole";
  ASSERT_TRUE(out.finish());

  const std::string bytes = base::read_file(path).value();
  ASSERT_EQ(bytes.size(), 128u + 6 * sizeof(float));
  EXPECT_EQ(bytes.substr(0, 128), npy_header(2, 3));
  std::array<float, 3> row{};
  std::memcpy(row.data(), bytes.data() + 128 + sizeof(row), sizeof(row));
  EXPECT_EQ(row, second);
}

TEST(Npy, NoRowsMakeAnEmptyMatrix) {
  const base::TemporaryFolder folder;
  const std::string path = folder.path() + "/m.npy";
  Output out = Output::open(path).value();
  ASSERT_TRUE(NpyWriter(out, 384).finish());
  ASSERT_TRUE(out.finish());
  EXPECT_EQ(base::read_file(path).value(), npy_header(0, 384));
}

}  // namespace
}  // namespace vicinal::cli
