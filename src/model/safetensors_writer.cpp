#include "model/safetensors_writer.h"

#include <cstring>

#include "base/json.h"

namespace vicinal::model {
namespace {

constexpr size_t kHeaderAlignment = 8;

uint64_t bytes_of_floats(const PlannedTensor& tensor) {
  uint64_t bytes = sizeof(float);
  for (const size_t size : tensor.shape) bytes *= size;
  return bytes;
}

struct PlannedHeader {
  std::string text;  ///< padded with spaces, so that the data is aligned
  uint64_t data_bytes = 0;
};

/// "format" is what the transformers library asks for before it reads a file.
PlannedHeader plan_header(std::span<const PlannedTensor> tensors) {
  PlannedHeader out;
  base::JsonWriter json;
  json.begin_object().key("__metadata__").begin_object().key("format").string("pt").end_object();
  for (const PlannedTensor& tensor : tensors) {
    json.key(tensor.name).begin_object().key("dtype").string("F32").key("shape").begin_array();
    for (const size_t size : tensor.shape) json.number(uint64_t{size});
    json.end_array().key("data_offsets").begin_array().number(out.data_bytes);
    out.data_bytes += bytes_of_floats(tensor);
    json.number(out.data_bytes).end_array().end_object();
  }
  out.text = json.end_object().take();
  out.text.resize((out.text.size() + kHeaderAlignment - 1) / kHeaderAlignment * kHeaderAlignment, ' ');
  return out;
}

}  // namespace

Result<SafetensorsFileWriter> SafetensorsFileWriter::create(const std::string& path,
                                                            std::span<const PlannedTensor> tensors) {
  const PlannedHeader header = plan_header(tensors);
  const uint64_t length = header.text.size();
  VICINAL_TRY(base::File file, base::File::open(path, base::File::Mode::create_exclusive));
  VICINAL_TRY_VOID(file.write_at(0, std::as_bytes(std::span(&length, 1))));
  VICINAL_TRY_VOID(file.write_at(sizeof length, std::as_bytes(std::span(header.text))));
  const uint64_t data = sizeof length + length;
  return SafetensorsFileWriter(std::move(file), data, data + header.data_bytes);
}

Result<> SafetensorsFileWriter::append(std::span<const float> numbers) {
  VICINAL_CHECK_LE(at_ + numbers.size_bytes(), end_);
  VICINAL_TRY_VOID(file_.write_at(at_, std::as_bytes(numbers)));
  at_ += numbers.size_bytes();
  return {};
}

Result<> SafetensorsFileWriter::finish() {
  VICINAL_CHECK_EQ(at_, end_);
  return file_.sync();
}

}  // namespace vicinal::model
