#include "model/onnx_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "base/temporary_folder_for_tests.h"
#include "model/onnx_bert.h"
#include "model/onnx_wire.h"
#include "model/tiny_onnx_for_tests.h"

namespace vicinal::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<OnnxModel> parse_bytes(const std::string& bytes) { return OnnxModel::parse(std::as_bytes(std::span(bytes))); }

/// A file with one node and this tensor.
std::string file_with_tensor(const std::string& tensor) {
  return wire_bytes(8, wire_integer(2, 17)) +
         wire_bytes(7, wire_bytes(1, wire_bytes(4, "Relu")) + wire_bytes(5, tensor));
}

std::string refusal_of(const std::string& bytes) {
  const auto model = parse_bytes(bytes);
  return model ? "read" : model.error().what();
}

TEST(OnnxFile, NodesTensorsInputsAndOutputsAreRead) {
  OnnxWriter writer;
  const size_t shape[] = {2, 3};
  const float values[] = {1, 2, 3, 4, 5, 6};
  writer.initialiser("w", shape, std::span<const float>(values));
  writer.integers("sizes", {-1, 1LL << 40});
  writer.input("x");
  writer.output(writer.node("Transpose", {"x", "", "w"}, {onnx_integers("perm", {1, 0}), onnx_real("eps", 0.5F)}));
  const std::string bytes = writer.finish(13);
  const OnnxModel model = parse_bytes(bytes).value();
  EXPECT_EQ(model.opset, 13);
  ASSERT_EQ(model.nodes.size(), 1U);
  EXPECT_EQ(model.nodes[0].op, "Transpose");
  EXPECT_THAT(model.nodes[0].inputs, ElementsAre("x", "", "w"));
  EXPECT_THAT(model.nodes[0].attribute("perm")->integers, ElementsAre(1, 0));
  EXPECT_EQ(model.nodes[0].attribute("eps")->real, 0.5F);
  EXPECT_EQ(model.nodes[0].attribute("axis"), nullptr);
  ASSERT_EQ(model.initialisers.size(), 2U);
  EXPECT_THAT(model.initialisers[0].shape, ElementsAre(2, 3));
  EXPECT_EQ(model.initialisers[0].data.size(), 24U);
  EXPECT_THAT(model.initialisers[1].integers, ElementsAre(-1, 1LL << 40));
  EXPECT_THAT(model.inputs, ElementsAre("x"));
}

TEST(OnnxFile, PackedListsOfFloatsAndVarintsAreElementsToo) {
  const float values[] = {1, 2};
  const std::string floats =
      wire_integer(1, 2) + wire_integer(2, 1) + wire_bytes(4, raw_bytes(std::span<const float>(values)));
  EXPECT_EQ(parse_bytes(file_with_tensor(floats)).value().initialisers[0].data.size(), 8U);
  const std::string packed = wire_bytes(1, wire_varint(3)) + wire_integer(2, 7) +
                             wire_bytes(7, wire_varint(5) + wire_varint(300) + wire_varint(UINT64_MAX));
  EXPECT_THAT(parse_bytes(file_with_tensor(packed)).value().initialisers[0].integers, ElementsAre(5, 300, -1));
}

TEST(OnnxFile, SizesThatLieAreCorrupt) {
  const float one = 1;
  const std::string raw = wire_bytes(9, raw_bytes(std::span<const float>(&one, 1)));
  const std::string type = wire_integer(2, 1);
  EXPECT_THAT(refusal_of(file_with_tensor(wire_integer(1, 2) + type + raw)), HasSubstr("shape and elements disagree"));
  EXPECT_THAT(refusal_of(file_with_tensor(wire_integer(1, UINT64_MAX) + type + raw)), HasSubstr("makes no sense"));
  EXPECT_THAT(refusal_of(file_with_tensor(wire_integer(1, 1ULL << 62) + wire_integer(1, 8) + type + raw)),
              HasSubstr("makes no sense"));
  std::string deep;
  for (int i = 0; i < 9; ++i) deep += wire_integer(1, 1);
  EXPECT_THAT(refusal_of(file_with_tensor(deep + type + raw)), HasSubstr("a list is too long"));
  EXPECT_THAT(refusal_of(file_with_tensor(wire_integer(1, 1) + type + raw + raw)), HasSubstr("in pieces"));
}

TEST(OnnxFile, AFileThatIsCutShortIsAnErrorWhereverTheCutIs) {
  const std::string whole = TinyOnnx(TinyBert()).bytes();
  ASSERT_TRUE(parse_bytes(whole).ok());
  for (size_t length = 0; length < whole.size(); length += 97)
    EXPECT_FALSE(parse_bytes(whole.substr(0, length)).ok()) << length;
}

/// One layer, four dimensions: small enough that a fuzzer's changes meet something.
std::string seed_bytes(OnnxSpelling spelling) {
  TinyBert bert;
  std::erase_if(bert.tensors, [](const auto& each) { return each.first.starts_with("encoder.layer.1."); });
  for (auto& [name, tensor] : bert.tensors) {
    size_t count = 1;
    for (size_t& size : tensor.shape) count *= size = size == 32 ? 4 : size == 80 ? 6 : size == 2 ? 2 : 5;
    tensor.values.resize(count);
  }
  bert.config.layers = 1, bert.config.hidden = 4, bert.config.heads = 2, bert.config.positions = 5;
  return TinyOnnx(bert, spelling).bytes();
}

/// VICINAL_UPDATE_SEEDS=1 rewrites them.
TEST(OnnxFile, TheSeedsOfTheFuzzerAreWhatTheWriterMakes) {
  const std::pair<const char*, OnnxSpelling> seeds[] = {{"plain", {}},
                                                        {"newer",
                                                         {.whole_norm = true,
                                                          .scaled_operands = true,
                                                          .range_positions = true,
                                                          .transposed = true,
                                                          .pooler = true,
                                                          .newest_attention = true}}};
  for (const auto& [name, spelling] : seeds) {
    const std::string path = std::string("tests/fuzz/seeds/onnx/") + name, bytes = seed_bytes(spelling);
    if (std::getenv("VICINAL_UPDATE_SEEDS") != nullptr) ASSERT_TRUE(base::write_file_atomic(path, bytes).ok());
    EXPECT_EQ(base::read_file(path).value(), bytes) << name;
    const OnnxModel model = OnnxModel::parse(std::as_bytes(std::span(bytes))).value();
    EXPECT_EQ(map_bert(model).value().encoder.layers, 1U) << name;
  }
}

TEST(OnnxFile, BytesOfAnotherFormatAreRefused) {
  for (const char* text : {"", "{\"json\": 1}", "PK\3\4", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"})
    EXPECT_FALSE(parse_bytes(text).ok()) << text;
  const base::TemporaryFolder folder;
  EXPECT_EQ(OnnxFile::open(folder.file("none.onnx")).error().code(), Code::not_found);
  EXPECT_THAT(OnnxFile::open(folder.write("a.onnx", "words and words")).error().what(), HasSubstr("a.onnx"));
}

TEST(OnnxWire, NumbersOfMoreThan64BitsAndUnknownLayoutsAreRefused) {
  const auto first = [](const std::string& bytes) { return WireReader(std::as_bytes(std::span(bytes))).next(); };
  EXPECT_EQ(first(wire_integer(3, UINT64_MAX)).value().integer, UINT64_MAX);
  EXPECT_FALSE(first(std::string("\x08") + std::string(9, '\xFF') + "\x02").ok());
  EXPECT_FALSE(first("\x08\x80").ok());
  EXPECT_FALSE(first("\x0B").ok());          // a group
  EXPECT_FALSE(first("\x02\x00").ok());      // field 0
  EXPECT_FALSE(first("\x0A\x05hi").ok());    // longer than what is left
  EXPECT_FALSE(first("\x0D\x01\x02").ok());  // four bytes wanted
}

}  // namespace
}  // namespace vicinal::model
