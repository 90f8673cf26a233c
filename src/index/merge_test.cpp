#include "index/merge.h"

#include <gtest/gtest.h>

namespace vicinal::index {
namespace {

FileLoad tail(uint64_t rows, uint64_t dead, uint64_t bytes = 0) {
  return {{VectorFileKind::tail, 1, rows, bytes}, dead};
}
FileLoad segment(uint64_t number, uint64_t rows, uint64_t dead = 0) {
  return {{VectorFileKind::segment, number, rows, 0}, dead};
}

TEST(FilesToMerge, ASmallTailStays) {
  const FileLoad files[] = {tail(1000, 900), segment(2, 100, 20)};
  EXPECT_TRUE(files_to_merge(files).empty());
}

TEST(FilesToMerge, ATailIsSealedWhenItIsLongLargeOrFragmented) {
  for (const FileLoad& due : {tail(kMaxTailRows + 1, 0), tail(10, 0, kMaxTailBytes + 1), tail(2000, 401)}) {
    const FileLoad files[] = {due};
    EXPECT_EQ(files_to_merge(files), std::vector<FileEntry>{due.entry});
  }
}

TEST(FilesToMerge, ASegmentThatIsMoreThanAFifthDeadIsRewritten) {
  const FileLoad files[] = {tail(0, 0), segment(2, 100, 21)};
  EXPECT_EQ(files_to_merge(files), std::vector<FileEntry>{files[1].entry});
}

TEST(FilesToMerge, TheSmallestOfTooManySegmentsBecomeOne) {
  std::vector<FileLoad> files = {tail(0, 0)};
  for (uint64_t i = 1; i <= kMaxSegments + 1; ++i) files.push_back(segment(i + 1, 1000 * (20 - i)));
  const auto chosen = files_to_merge(files);
  ASSERT_EQ(chosen.size(), 5U);
  for (const FileEntry& entry : chosen) EXPECT_GE(entry.number, 6U);
}

}  // namespace
}  // namespace vicinal::index
