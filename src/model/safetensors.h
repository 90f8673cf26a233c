#pragma once
/// Tensors of a .safetensors file, by name, without copying: u64 little-endian length of a JSON header, the header
/// (name → dtype, shape, data_offsets), then the data. Format: github.com/huggingface/safetensors, README "Format".
///
/// The file is not believed: header length against file size and a cap, then for every tensor its dtype, its shape
/// without overflow, its byte range inside the data, and range = shape × element size. Ranges must follow each other
/// without overlap or hole to the end of the file, as the format demands.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/mapped_file.h"

namespace vicinal::model {

/// Element types that can be read as floats; all others of the format are listed as `other`.
enum class ElementType : uint8_t { f32, f16, bf16, other };

struct TensorView {
  std::string name;
  ElementType type = ElementType::other;
  std::string type_name;            ///< as the file says: "F32", "I64" …
  std::vector<size_t> shape;        ///< empty: a single number
  std::span<const std::byte> data;  ///< little-endian, row-major; any alignment

  size_t elements() const;
};

/// "[30522, 384]".
std::string shape_text(std::span<const size_t> shape);

/// The tensors of bytes that live elsewhere, sorted by name. Thread-safe to read.
class TensorDirectory {
 public:
  static constexpr size_t kMaxHeaderBytes = size_t{16} << 20;
  static constexpr size_t kMaxRank = 8;

  /// `file`: the whole file; views point into it. corrupt with what is wrong and the tensor's name.
  static Result<TensorDirectory> parse(std::span<const std::byte> file);

  /// Null when there is none of that name.
  const TensorView* find(std::string_view name) const;
  std::span<const TensorView> tensors() const { return tensors_; }

 private:
  std::vector<TensorView> tensors_;
};

/// A mapped file and its directory. Views live as long as this object. Move-only.
class SafetensorsFile {
 public:
  /// not_found, io, corrupt; every error carries the path.
  static Result<SafetensorsFile> open(const std::string& path);

  const TensorDirectory& directory() const { return directory_; }
  const std::string& path() const { return file_.path(); }
  /// The tensor's bytes leave resident memory until they are read again.
  void release(const TensorView& tensor) const { file_.release(tensor.data); }

 private:
  SafetensorsFile(base::MappedFile file, TensorDirectory directory)
      : file_(std::move(file)), directory_(std::move(directory)) {}

  base::MappedFile file_;
  TensorDirectory directory_;
};

}  // namespace vicinal::model
