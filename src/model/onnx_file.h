#pragma once
/// What an .onnx file says, without interpreting it: nodes, constants, inputs and outputs, as views into the file.
/// Field numbers: github.com/onnx/onnx, onnx/onnx.proto. Subgraphs (If, Loop), functions and metadata are passed over.
///
/// The file is not believed: counts and ranks are bounded, and a tensor's bytes must be what its shape and type need.
/// Messages are nested four deep and read without recursion.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/mapped_file.h"
#include "model/safetensors.h"

namespace vicinal::model {

/// TensorProto.DataType, as far as anything here looks at it.
enum class OnnxType : int32_t { f32 = 1, u8 = 2, i8 = 3, i32 = 6, i64 = 7, boolean = 9, f16 = 10, f64 = 11, bf16 = 16 };

struct OnnxTensor {
  std::string_view name;
  OnnxType type{};
  std::vector<size_t> shape;        ///< empty: a single number
  std::span<const std::byte> data;  ///< elements, little-endian, row-major; empty where they are not stored as bytes
  std::vector<int64_t> integers;    ///< elements of i32 and i64, when there are at most kMaxIntegers
  bool external = false;            ///< elements lie in another file

  size_t elements() const;
  bool is_float() const { return type == OnnxType::f32 || type == OnnxType::f16 || type == OnnxType::bf16; }
  /// For the functions of tensor_floats.h. REQUIRES: is_float().
  TensorView view() const;
};

struct OnnxAttribute {
  std::string_view name;
  float real = 0;
  int64_t integer = 0;
  std::string_view text;
  std::vector<int64_t> integers;
  std::optional<OnnxTensor> tensor;
};

struct OnnxNode {
  std::string_view op, domain;
  std::vector<std::string_view> inputs, outputs;  ///< an input that is left out is ""
  std::vector<OnnxAttribute> attributes;

  /// Null when there is none of that name.
  const OnnxAttribute* attribute(std::string_view name) const;
};

struct OnnxModel {
  static constexpr size_t kMaxNodes = 200'000;
  static constexpr size_t kMaxTensors = 100'000;
  static constexpr size_t kMaxListLength = 4096;  ///< inputs, outputs, attributes of a node
  static constexpr size_t kMaxIntegers = size_t{1} << 20;
  static constexpr size_t kMaxRank = 8;

  int64_t opset = 0;  ///< version of the standard operators
  std::vector<OnnxNode> nodes;
  std::vector<OnnxTensor> initialisers;
  std::vector<std::string_view> inputs, outputs;

  /// `file`: the whole file; views point into it. corrupt with what is wrong; unsupported: no graph of standard
  /// operators.
  static Result<OnnxModel> parse(std::span<const std::byte> file);
};

/// A mapped file and what it says. Views live as long as this object. Move-only.
class OnnxFile {
 public:
  /// not_found, io, corrupt, unsupported; every error carries the path.
  static Result<OnnxFile> open(const std::string& path);

  const OnnxModel& model() const { return model_; }

 private:
  OnnxFile(base::MappedFile file, OnnxModel model) : file_(std::move(file)), model_(std::move(model)) {}

  base::MappedFile file_;
  OnnxModel model_;
};

}  // namespace vicinal::model
