#include "model/onnx_weights.h"

#include <algorithm>

#include "base/aligned_buffer.h"
#include "model/safetensors_writer.h"
#include "model/tensor_floats.h"

namespace vicinal::model {
namespace {

constexpr size_t kBlockNumbers = size_t{1} << 18;  // 1 MiB of floats

/// out[n][k] = in[k][n], by squares that fit the cache.
void transpose(std::span<const float> in, size_t k, size_t n, std::span<float> out) {
  constexpr size_t kSquare = 32;
  for (size_t row = 0; row < k; row += kSquare)
    for (size_t col = 0; col < n; col += kSquare)
      for (size_t i = row; i < std::min(row + kSquare, k); ++i)
        for (size_t j = col; j < std::min(col + kSquare, n); ++j) out[j * k + i] = in[i * n + j];
}

class WeightsCopy {
 public:
  WeightsCopy(SafetensorsFileWriter& writer, const kernels::Table& table) : writer_(writer), table_(table) {}

  Result<> copy(const BertTensor& tensor) {
    const TensorView view = tensor.source->view();
    return tensor.transpose ? copy_transposed(view) : copy_in_order(view);
  }

 private:
  Result<> copy_in_order(const TensorView& view) {
    const size_t total = view.elements();
    if (total == 0) return {};
    const size_t width = view.data.size() / total;
    for (size_t at = 0; at < total; at += kBlockNumbers) {
      const size_t count = std::min(kBlockNumbers, total - at);
      TensorView part = view;
      part.shape = {count};
      part.data = view.data.subspan(at * width, count * width);
      VICINAL_TRY_VOID(copy_floats(part, table_, take(in_, count)));
      VICINAL_TRY_VOID(writer_.append(take(in_, count)));
    }
    return {};
  }

  Result<> copy_transposed(const TensorView& view) {
    const std::span<float> in = take(in_, view.elements()), out = take(out_, view.elements());
    VICINAL_TRY_VOID(copy_floats(view, table_, in));
    transpose(in, view.shape[0], view.shape[1], out);
    return writer_.append(out);
  }

  static std::span<float> take(base::AlignedBuffer<float>& buffer, size_t count) {
    buffer.reserve_discarding(count);
    return buffer.span().first(count);
  }

  SafetensorsFileWriter& writer_;
  const kernels::Table& table_;
  base::AlignedBuffer<float> in_, out_;
};

}  // namespace

Result<> write_weights(const BertMapping& mapping, const kernels::Table& table, const std::string& path) {
  std::vector<PlannedTensor> planned;
  for (const BertTensor& tensor : mapping.tensors) planned.push_back({tensor.name, tensor.shape});
  VICINAL_TRY(SafetensorsFileWriter writer, SafetensorsFileWriter::create(path, planned));
  WeightsCopy copy(writer, table);
  for (const BertTensor& tensor : mapping.tensors) VICINAL_TRY_VOID(copy.copy(tensor));
  return writer.finish();
}

}  // namespace vicinal::model
