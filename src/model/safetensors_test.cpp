#include "model/safetensors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/temporary_folder_for_tests.h"
#include "model/safetensors_writer_for_tests.h"
#include "model/tensor_floats.h"

namespace vicinal::model {
namespace {

Result<TensorDirectory> parse(std::string_view bytes) {
  return TensorDirectory::parse(std::as_bytes(std::span(bytes)));
}

std::string one_tensor(std::string_view entry, size_t data_bytes = 8) {
  return safetensors_bytes(R"({"a":)" + std::string(entry) + "}", std::string(data_bytes, '\1'));
}

void expect_refused(std::string_view bytes, std::string_view part_of_message) {
  const auto directory = parse(bytes);
  ASSERT_FALSE(directory) << part_of_message;
  EXPECT_EQ(directory.error().code(), Code::corrupt);
  EXPECT_NE(directory.error().what().find(part_of_message), std::string::npos) << directory.error().what();
}

TEST(Safetensors, FindsTensorsByNameWithShapeTypeAndData) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  const std::vector<size_t> shape = {2, 3};
  SafetensorsWriter writer;
  writer.add("ids", "I64", std::vector<size_t>{1}, std::string(8, '\0'));
  writer.add_f32("weights", shape, values);
  const std::string file = writer.finish();
  const auto directory = parse(file);
  ASSERT_TRUE(directory) << directory.error().what();
  const TensorView* weights = directory->find("weights");
  ASSERT_NE(weights, nullptr);
  EXPECT_EQ(weights->shape, shape);
  EXPECT_EQ(weights->type, ElementType::f32);
  EXPECT_EQ(weights->elements(), 6U);
  EXPECT_EQ(directory->find("ids")->type, ElementType::other);
  EXPECT_EQ(directory->find("weight"), nullptr);
}

TEST(Safetensors, AcceptsMetadataEmptyTensorsAndSingleNumbers) {
  const auto directory = parse(
      safetensors_bytes(R"({"__metadata__":{"format":"pt"},"none":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]},)"
                        R"("one":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})",
                        "abcd"));
  ASSERT_TRUE(directory) << directory.error().what();
  EXPECT_EQ(directory->tensors().size(), 2U);
  EXPECT_EQ(directory->find("one")->elements(), 1U);
}

TEST(Safetensors, RefusesFilesThatEndBeforeTheirHeader) {
  expect_refused("", "cut short");
  expect_refused("1234567", "cut short");
  expect_refused(std::string("\x10\0\0\0\0\0\0\0{}", 10), "longer than the file");
  expect_refused(std::string(8, '\xFF') + "{}", "longer than the file");
}

TEST(Safetensors, RefusesHeadersThatAreNotWhatTheyShouldBe) {
  expect_refused(safetensors_bytes("{", ""), "JSON");
  expect_refused(safetensors_bytes("[]", ""), "no JSON object");
  expect_refused(one_tensor("7"), "dtype");
  expect_refused(one_tensor(R"({"dtype":"F99","shape":[2],"data_offsets":[0,8]})"), "unknown dtype");
  expect_refused(one_tensor(R"({"dtype":"F32","shape":2,"data_offsets":[0,8]})"), "shape");
  expect_refused(one_tensor(R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})"), "shape");
  expect_refused(one_tensor(R"({"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]})"), "shape");
  expect_refused(one_tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[0]})"), "pair");
  expect_refused(one_tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})"), "range");
  expect_refused(one_tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[-8,0]})"), "range");
}

TEST(Safetensors, RefusesRangesThatDoNotFitShapeOrFile) {
  expect_refused(one_tensor(R"({"dtype":"F32","shape":[4],"data_offsets":[0,16]})"), "past the end");
  expect_refused(one_tensor(R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})"), "disagree");
  expect_refused(one_tensor(R"({"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]})"), "disagree");
  expect_refused(one_tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[4,8]})"), "hole");
  expect_refused(one_tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})"), "more data");
}

TEST(Safetensors, RefusesTensorsThatShareBytesOrNames) {
  const std::string overlap = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                              R"("b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})";
  expect_refused(safetensors_bytes(overlap, std::string(12, '\0')), "overlaps");
  const std::string twice = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                            R"("a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})";
  expect_refused(safetensors_bytes(twice, std::string(8, '\0')), "twice");
}

TEST(Safetensors, EveryCutOfAFileIsRefused) {
  SafetensorsWriter writer;
  writer.add_f32("a", std::vector<size_t>{4}, std::vector<float>{1, 2, 3, 4});
  const std::string whole = writer.finish();
  ASSERT_TRUE(parse(whole));
  for (size_t bytes = 0; bytes < whole.size(); ++bytes) {
    EXPECT_FALSE(parse(std::string_view(whole).substr(0, bytes))) << bytes;
  }
}

TEST(Safetensors, OpeningNamesThePathOfABadFile) {
  const base::TemporaryFolder folder;
  const std::string path = folder.write("model.safetensors", "short");
  const auto file = SafetensorsFile::open(path);
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().what().find(path), std::string::npos);
  EXPECT_EQ(SafetensorsFile::open(folder.file("absent")).error().code(), Code::not_found);
}

TEST(TensorFloats, ReadsEveryFloatTypeAtEveryAlignment) {
  const std::vector<uint16_t> half = {0x3C00, 0xC000, 0x3800};   // 1, -2, 0.5
  const std::vector<uint16_t> brain = {0x3F80, 0xC000, 0x3F00};  // 1, -2, 0.5
  const std::vector<float> plain = {1.0F, -2.0F, 0.5F};
  const std::vector<size_t> shape = {3};
  const kernels::Table& table = *kernels::available().front();
  for (size_t padding = 0; padding < 4; ++padding) {
    SafetensorsWriter writer;
    writer.add("bf16", "BF16", shape, {reinterpret_cast<const char*>(brain.data()), 6});
    writer.add("f16", "F16", shape, {reinterpret_cast<const char*>(half.data()), 6});
    writer.add_f32("f32", shape, plain);
    const std::string file = writer.finish(padding);
    const auto directory = parse(file);
    ASSERT_TRUE(directory);
    for (const TensorView& tensor : directory->tensors()) {
      base::AlignedBuffer<float> storage;
      const auto floats = borrow_floats(tensor, table, &storage);
      ASSERT_TRUE(floats) << tensor.name;
      EXPECT_TRUE(std::ranges::equal(*floats, plain)) << tensor.name << " " << padding;
    }
  }
}

TEST(TensorFloats, RefusesNumbersThatAreNotFiniteAndTypesThatAreNotFloat) {
  const kernels::Table& table = *kernels::available().front();
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
    SafetensorsWriter writer;
    writer.add_f32("a", std::vector<size_t>{3}, std::vector<float>{1, bad, 3});
    const std::string file = writer.finish();
    base::AlignedBuffer<float> storage;
    const auto floats = borrow_floats(parse(file)->tensors()[0], table, &storage);
    ASSERT_FALSE(floats);
    EXPECT_EQ(floats.error().code(), Code::corrupt);
  }
  SafetensorsWriter writer;
  writer.add("ids", "I32", std::vector<size_t>{1}, "abcd");
  const std::string file = writer.finish();
  std::vector<float> out(1);
  EXPECT_EQ(copy_floats(parse(file)->tensors()[0], table, out).error().code(), Code::unsupported);
}

}  // namespace
}  // namespace vicinal::model
