#pragma once
/// A set of vector files without a database: segments with given rows, a tail, documents of several rows.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/temporary_folder_for_tests.h"
#include "index/folder.h"
#include "index/manifest.h"
#include "index/segment_file.h"
#include "index/tail_file.h"
#include "index/vector_set.h"

namespace vicinal::index {

struct Rows {
  size_t dimensions = 0;
  std::vector<float> values;
  size_t count() const { return values.size() / dimensions; }
  std::span<const float> row(size_t i) const { return {values.data() + i * dimensions, dimensions}; }
};

class FilesForTests {
 public:
  /// `cuts`: where segments end; what is behind the last goes to the tail. Documents have `rows_per_document` rows.
  FilesForTests(const std::string& folder, const Rows& rows, std::vector<size_t> cuts, size_t rows_per_document)
      : folder_(folder), rows_per_document_(rows_per_document) {
    manifest_.identity.dimensions = rows.dimensions;
    manifest_.collection = 77;
    size_t first = 0;
    for (const size_t cut : cuts) {
      add_segment(rows, first, cut);
      first = cut;
    }
    add_tail(rows, first);
  }

  const Manifest& manifest() const { return manifest_; }
  VectorSet open() const {
    VectorSet set;
    const auto loaded = set.load(folder_, manifest_);
    EXPECT_TRUE(loaded.ok()) << loaded.error().what();
    return set;
  }
  VectorSet open_with_codes() const {
    VectorSet set = open();
    set.renew_codes(folder_, manifest_);
    for (const VectorSet::OpenFile& file : set.files())
      EXPECT_EQ(file.codes != nullptr, file.entry.kind == VectorFileKind::segment);
    return set;
  }

 private:
  RowId id(size_t row) const {
    return {1 + row / rows_per_document_, static_cast<uint32_t>(row % rows_per_document_), 0};
  }
  void add_segment(const Rows& rows, size_t first, size_t end) {
    const uint64_t number = manifest_.files.size() + 1;
    const auto kind = VectorFileKind::segment;
    auto writer = SegmentWriter::create({vector_file_path(folder_, kind, number),
                                         vector_file_identity(manifest_.collection, kind, number), rows.dimensions,
                                         end - first, 0})
                      .value();
    for (size_t row = first; row < end; ++row) EXPECT_TRUE(writer.append(id(row), rows.row(row)).ok());
    manifest_.files.push_back({kind, number, end - first, writer.finish().value()});
  }
  void add_tail(const Rows& rows, size_t first) {
    const uint64_t number = manifest_.files.size() + 1;
    const auto kind = VectorFileKind::tail;
    auto writer = TailWriter::create(vector_file_path(folder_, kind, number),
                                     vector_file_identity(manifest_.collection, kind, number), rows.dimensions)
                      .value();
    std::vector<RowId> ids;
    for (size_t row = first; row < rows.count(); ++row) ids.push_back(id(row));
    const base::MatrixView view = {rows.values.data() + first * rows.dimensions, ids.size(), rows.dimensions,
                                   rows.dimensions};
    EXPECT_TRUE(writer.append(1, ids, view).ok());
    writer.keep();
    manifest_.files.push_back({kind, number, ids.size(), writer.bytes()});
  }

  std::string folder_;
  size_t rows_per_document_;
  Manifest manifest_;
};

}  // namespace vicinal::index
