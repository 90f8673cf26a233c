#pragma once
/// Makes .safetensors files for tests, right ones and wrong ones.

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace vicinal::model {

/// A header of any text before any data.
inline std::string safetensors_bytes(std::string_view header, std::string_view data) {
  const uint64_t length = header.size();
  std::string out(reinterpret_cast<const char*>(&length), sizeof length);
  return out.append(header).append(data);
}

class SafetensorsWriter {
 public:
  void add(std::string_view name, std::string_view dtype, std::span<const size_t> shape, std::string_view bytes) {
    header_.key(name).begin_object().key("dtype").string(dtype).key("shape").begin_array();
    for (const size_t size : shape) header_.number(uint64_t{size});
    header_.end_array().key("data_offsets").begin_array();
    header_.number(uint64_t{data_.size()}).number(uint64_t{data_.size() + bytes.size()});
    header_.end_array().end_object();
    data_ += bytes;
  }

  void add_f32(std::string_view name, std::span<const size_t> shape, std::span<const float> values) {
    add(name, "F32", shape, {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  }

  /// `padding` spaces after the header move the data to another alignment.
  std::string finish(size_t padding = 0) {
    header_.end_object();
    return safetensors_bytes(header_.text() + std::string(padding, ' '), data_);
  }

 private:
  base::JsonWriter header_ = std::move(base::JsonWriter().begin_object());
  std::string data_;
};

}  // namespace vicinal::model
