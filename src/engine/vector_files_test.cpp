// Ready vectors: their files, and collections of them.

#include "engine/vector_files.h"

#include <gtest/gtest.h>

#include "base/temporary_folder_for_tests.h"
#include "engine/npy_reader.h"

namespace vicinal::engine {
namespace {

std::string npy(const std::string& dictionary, const std::vector<float>& values, char version = 1) {
  std::string header = dictionary;
  header.resize((header.size() + 10 + 64) / 64 * 64 - 10, ' ');
  std::string out("\x93NUMPY", 6);
  out += version;
  out += '\0';
  out += static_cast<char>(header.size() & 0xFF);
  out += static_cast<char>(header.size() >> 8);
  if (version > 1) out += std::string(2, '\0');
  return out + header + std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
}

constexpr const char* kTwoByThree = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
const std::vector<float> kSix = {1, 0, 0, 0, 0.5F, -2};

class VectorFilesTest : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& content) {
    files_.write(name, content);
    return files_.path() + "/" + name;
  }
  Code refusal(const std::string& content) {
    const auto reader = NpyReader::open(write("x.npy", content));
    return reader ? Code::io : reader.error().code();
  }
  base::TemporaryFolder files_;
};

TEST_F(VectorFilesTest, MatricesOfNumPyAreReadRowByRow) {
  for (const char version : {1, 2, 3}) {
    auto rows = open_vector_rows(write("v.npy", npy(kTwoByThree, kSix, version))).value();
    const auto first = rows->next(1).value();
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].id, "0");
    EXPECT_EQ(first[0].vector, (std::vector<float>{1, 0, 0}));
    const auto second = rows->next(10).value();
    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0].id, "1");
    EXPECT_EQ(second[0].vector, (std::vector<float>{0, 0.5F, -2}));
    EXPECT_TRUE(rows->next(10)->empty());
  }
}

TEST_F(VectorFilesTest, OtherArraysAreRefused) {
  EXPECT_EQ(refusal(""), Code::corrupt);
  EXPECT_EQ(refusal("no array at all"), Code::corrupt);
  EXPECT_EQ(refusal(npy(kTwoByThree, {1, 2, 3, 4, 5})), Code::corrupt);
  EXPECT_EQ(refusal(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", kSix)), Code::unsupported);
  EXPECT_EQ(refusal(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", kSix)), Code::unsupported);
  EXPECT_EQ(refusal(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", kSix)), Code::unsupported);
  EXPECT_EQ(refusal(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 1), }", kSix)), Code::unsupported);
  EXPECT_EQ(refusal(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 3), }", kSix)),
            Code::unsupported);
  EXPECT_EQ(refusal(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (6148914691236517205, 3), }", kSix)),
            Code::corrupt);
  EXPECT_EQ(refusal(npy(kTwoByThree, kSix).substr(0, 30)), Code::corrupt);
  EXPECT_EQ(NpyReader::open(files_.path() + "/none.npy").error().code(), Code::not_found);
}

TEST_F(VectorFilesTest, RowsOfAnExportAreTaken) {
  const VectorRow row =
      parse_vector_row(
          R"({"id":"a#0","document":"a","text":"T","metadata":{"year":3},"embedding":[1,2.5],"extra":true})")
          .value();
  EXPECT_EQ(row.id, "a#0");
  EXPECT_EQ(row.text, "T");
  EXPECT_EQ(row.vector, (std::vector<float>{1, 2.5F}));
  EXPECT_EQ(row.metadata, R"({"document":"a","extra":true,"year":3})");
  EXPECT_EQ(parse_vector_row(R"({"id":7,"embedding":[0]})")->id, "7");
  for (const char* bad : {"", "[]", R"({"id":"a"})", R"({"embedding":[1]})", R"({"id":"a","embedding":["x"]})",
                          R"({"id":"a","embedding":[1e300]})", R"({"id":"a","embedding":3})"})
    EXPECT_FALSE(parse_vector_row(bad)) << bad;
}

TEST_F(VectorFilesTest, ACollectionOfReadyVectorsNeedsNoModel) {
  const std::string rows = write("rows.jsonl", R"({"id":"a","embedding":[1,0],"text":"one","year":2020}
{"id":"b","embedding":[0,1],"text":"two\nlines","year":2021}

{"id":"a","embedding":[0.6,0.8],"text":"one again","year":2022}
)");
  const std::string folder = files_.path() + "/c";
  EXPECT_EQ(Collection::open(folder, {.create = true, .space = "maker-1"}).error().code(), Code::invalid_argument);
  auto docs = Collection::open(
      folder, {.create = true, .space = "maker-1", .dimensions = vector_file_dimensions(rows).value()});
  ASSERT_TRUE(docs) << docs.error().what();
  const IndexReport report = docs->add_vector_files({rows}).value();
  EXPECT_EQ(report.inputs, 3U);
  EXPECT_EQ(report.added, 2U);
  const IndexReport again = docs->add_vector_files({rows}).value();
  EXPECT_EQ(again.added, 0U);
  EXPECT_EQ(again.updated, 2U);
  EXPECT_EQ(docs->count()->documents, 2U);
  const std::vector<float> query = {0, 2};
  const SearchResult found = docs->search_vector(query, {.limit = 5}).value();
  ASSERT_EQ(found.hits.size(), 2U);
  EXPECT_EQ(found.hits[0].document, "b");
  EXPECT_EQ(found.hits[0].line_end, 2U);
  EXPECT_FLOAT_EQ(found.hits[1].score, 0.8F);
  EXPECT_EQ(found.hits[1].text, "one again");
  EXPECT_EQ(docs->search_vector(query, {.where = "year > 2021"})->hits.size(), 1U);
  EXPECT_EQ(docs->search_vector({}, {}).error().code(), Code::invalid_argument);
  EXPECT_EQ(docs->search("a text").error().code(), Code::invalid_argument);
  EXPECT_EQ(docs->index_paths({files_.path()}).error().code(), Code::invalid_argument);
  EXPECT_EQ(Collection::open(folder, {.space = "maker-2"}).error().code(), Code::space_mismatch);
}

TEST_F(VectorFilesTest, ARefusedRowKeepsWhatWasAcknowledged) {
  auto docs = Collection::open(files_.path() + "/c", {.create = true, .space = "s", .dimensions = 2}).value();
  int calls = 0;
  const auto report = docs.add_vectors([&]() -> Result<std::vector<VectorRow>> {
    return std::vector<VectorRow>{{.id = std::to_string(calls),
                                   .text = {},
                                   .title = {},
                                   .metadata = {},
                                   .vector = std::vector<float>(calls++ < 2 ? 2 : 3)}};
  });
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().what().find("given=3, stored=2, acknowledged=2"), std::string::npos)
      << report.error().what();
  EXPECT_EQ(docs.count()->documents, 2U);
}

}  // namespace
}  // namespace vicinal::engine
