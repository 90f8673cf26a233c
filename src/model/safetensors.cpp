#include "model/safetensors.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "base/json.h"

namespace vicinal::model {
namespace {

struct TypeRow {
  std::string_view name;
  size_t bytes;
  ElementType type;
};

constexpr std::array kTypes = {
    TypeRow{"F32", 4, ElementType::f32},       TypeRow{"F16", 2, ElementType::f16},
    TypeRow{"BF16", 2, ElementType::bf16},     TypeRow{"F64", 8, ElementType::other},
    TypeRow{"I64", 8, ElementType::other},     TypeRow{"U64", 8, ElementType::other},
    TypeRow{"I32", 4, ElementType::other},     TypeRow{"U32", 4, ElementType::other},
    TypeRow{"I16", 2, ElementType::other},     TypeRow{"U16", 2, ElementType::other},
    TypeRow{"I8", 1, ElementType::other},      TypeRow{"U8", 1, ElementType::other},
    TypeRow{"BOOL", 1, ElementType::other},    TypeRow{"C64", 8, ElementType::other},
    TypeRow{"F8_E4M3", 1, ElementType::other}, TypeRow{"F8_E5M2", 1, ElementType::other},
    TypeRow{"F8_E8M0", 1, ElementType::other},
};

const TypeRow* find_type(std::string_view name) {
  const auto* row = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeRow& each) { return each.name == name; });
  return row == kTypes.end() ? nullptr : row;
}

Error bad_tensor(std::string what, std::string_view name) {
  return Error(Code::corrupt, "weights header: " + std::move(what)).with("tensor", name);
}

/// A JSON number as a size, or nothing when it is negative or no integer.
std::optional<size_t> as_size(const base::Json& value) {
  const auto number = value.integer();
  if (!number || *number < 0) return std::nullopt;
  return static_cast<size_t>(*number);
}

Result<std::vector<size_t>> read_shape(const base::Json& value, std::string_view name) {
  const auto* dimensions = value.array();
  if (dimensions == nullptr || dimensions->size() > TensorDirectory::kMaxRank) {
    return bad_tensor("shape is not a list of at most 8 sizes", name);
  }
  std::vector<size_t> shape;
  for (const base::Json& dimension : *dimensions) {
    const auto size = as_size(dimension);
    if (!size) return bad_tensor("shape holds something that is no size", name);
    shape.push_back(*size);
  }
  return shape;
}

/// Bytes that the shape needs, or nothing on overflow.
std::optional<size_t> bytes_of(std::span<const size_t> shape, size_t element_bytes) {
  size_t total = element_bytes;
  for (const size_t size : shape) {
    if (__builtin_mul_overflow(total, size, &total)) return std::nullopt;
  }
  return total;
}

Result<std::span<const std::byte>> read_range(const base::Json& value, std::span<const std::byte> data,
                                              std::string_view name) {
  const auto* ends = value.array();
  if (ends == nullptr || ends->size() != 2) return bad_tensor("data_offsets is not a pair", name);
  const auto begin = as_size((*ends)[0]);
  const auto end = as_size((*ends)[1]);
  if (!begin || !end || *begin > *end) return bad_tensor("data_offsets is no range", name);
  if (*end > data.size()) {
    return bad_tensor("data lies past the end of the file", name).with("end", *end).with("bytes", data.size());
  }
  return data.subspan(*begin, *end - *begin);
}

Result<TensorView> read_tensor(const std::string& name, const base::Json& entry, std::span<const std::byte> data) {
  const std::string type_name = entry["dtype"].string_or("");
  const TypeRow* type = find_type(type_name);
  if (type == nullptr) return bad_tensor("unknown dtype", name).with("dtype", type_name);
  VICINAL_TRY(std::vector<size_t> shape, read_shape(entry["shape"], name));
  VICINAL_TRY(const std::span<const std::byte> range, read_range(entry["data_offsets"], data, name));
  const auto need = bytes_of(shape, type->bytes);
  if (!need || *need != range.size()) {
    return bad_tensor("shape and byte range disagree", name)
        .with("shape", shape_text(shape))
        .with("dtype", type_name)
        .with("bytes", range.size());
  }
  return TensorView{name, type->type, type_name, std::move(shape), range};
}

/// The ranges must tile the data: a gap or an overlap means that the header lies.
Result<> check_coverage(std::span<const TensorView> tensors, std::span<const std::byte> data) {
  std::vector<const TensorView*> order;
  for (const TensorView& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const TensorView* a, const TensorView* b) {
    return std::pair(a->data.data(), a->data.size()) < std::pair(b->data.data(), b->data.size());
  });
  const std::byte* expected = data.data();
  for (const TensorView* tensor : order) {
    if (tensor->data.data() < expected) return bad_tensor("data overlaps another tensor's", tensor->name);
    if (tensor->data.data() > expected) return bad_tensor("data begins after a hole", tensor->name);
    expected += tensor->data.size();
  }
  if (expected != data.data() + data.size()) {
    return Error(Code::corrupt, "weights file holds more data than its header names")
        .with("bytes", data.size())
        .with("named", expected - data.data());
  }
  return {};
}

Result<std::vector<TensorView>> read_tensors(const base::Json& header, std::span<const std::byte> data) {
  const auto* members = header.object();
  if (members == nullptr) return Error(Code::corrupt, "weights header is no JSON object");
  std::vector<TensorView> tensors;
  tensors.reserve(members->size());
  for (const auto& [name, entry] : *members) {
    if (name == "__metadata__") continue;
    VICINAL_TRY(TensorView tensor, read_tensor(name, entry, data));
    tensors.push_back(std::move(tensor));
  }
  const auto by_name = [](const TensorView& a, const TensorView& b) { return a.name < b.name; };
  std::sort(tensors.begin(), tensors.end(), by_name);
  for (size_t i = 1; i < tensors.size(); ++i) {
    if (tensors[i].name == tensors[i - 1].name) return bad_tensor("name appears twice", tensors[i].name);
  }
  return tensors;
}

}  // namespace

size_t TensorView::elements() const {
  size_t total = 1;
  for (const size_t size : shape) total *= size;
  return total;
}

std::string shape_text(std::span<const size_t> shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

Result<TensorDirectory> TensorDirectory::parse(std::span<const std::byte> file) {
  uint64_t header_bytes = 0;
  if (file.size() < sizeof header_bytes) {
    return Error(Code::corrupt, "weights file is cut short").with("bytes", file.size()).with("need", 8);
  }
  std::memcpy(&header_bytes, file.data(), sizeof header_bytes);
  const std::span<const std::byte> rest = file.subspan(sizeof header_bytes);
  if (header_bytes > kMaxHeaderBytes || header_bytes > rest.size()) {
    return Error(Code::corrupt, "weights header is longer than the file or the limit")
        .with("header", header_bytes)
        .with("bytes", file.size())
        .with("limit", kMaxHeaderBytes);
  }
  const std::string_view text(reinterpret_cast<const char*>(rest.data()), header_bytes);
  VICINAL_TRY(const base::Json header, base::Json::parse(text, kMaxHeaderBytes));
  TensorDirectory directory;
  VICINAL_TRY(directory.tensors_, read_tensors(header, rest.subspan(header_bytes)));
  VICINAL_TRY_VOID(check_coverage(directory.tensors_, rest.subspan(header_bytes)));
  return directory;
}

const TensorView* TensorDirectory::find(std::string_view name) const {
  const auto at = std::lower_bound(tensors_.begin(), tensors_.end(), name,
                                   [](const TensorView& tensor, std::string_view key) { return tensor.name < key; });
  return at == tensors_.end() || at->name != name ? nullptr : &*at;
}

Result<SafetensorsFile> SafetensorsFile::open(const std::string& path) {
  VICINAL_TRY(base::MappedFile file, base::MappedFile::open(path));
  auto directory = TensorDirectory::parse(file.bytes());
  if (!directory) return Error(directory.error()).with("path", path);
  return SafetensorsFile(std::move(file), *std::move(directory));
}

}  // namespace vicinal::model
