#include "model/checkpoint.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "model/tensor_floats.h"

namespace vicinal::model {
namespace {

struct OldSpelling {
  std::string_view now, before;
};
constexpr std::array kOldSpellings = {
    OldSpelling{"LayerNorm.weight", "LayerNorm.gamma"},
    OldSpelling{"LayerNorm.bias", "LayerNorm.beta"},
};

std::string older_name(std::string_view name) {
  for (const OldSpelling& each : kOldSpellings) {
    if (name.ends_with(each.now)) return std::string(name.substr(0, name.size() - each.now.size())).append(each.before);
  }
  return {};
}

Error explain_missing(const std::string& folder, Error missing) {
  for (const char* other : {"model.safetensors.index.json", "pytorch_model.bin", "tf_model.h5", "onnx"}) {
    std::error_code failure;
    if (!std::filesystem::exists(folder + "/" + other, failure)) continue;
    return Error(Code::unsupported, "weights must be one file, model.safetensors; the folder has another form")
        .with("path", folder)
        .with("found", other);
  }
  return missing;
}

}  // namespace

Result<Checkpoint> Checkpoint::open(const std::string& folder, std::string_view prefix, const kernels::Table& table,
                                    PackedCache packed) {
  auto file = SafetensorsFile::open(folder + "/model.safetensors");
  if (file) return Checkpoint(*std::move(file), prefix, table, std::move(packed));
  if (file.error().code() != Code::not_found) return std::move(file).error();
  return explain_missing(folder, std::move(file).error());
}

const TensorView* Checkpoint::find_any_spelling(std::string_view name) const {
  const TensorDirectory& directory = file_.directory();
  for (const std::string& spelling : {std::string(name), older_name(name)}) {
    if (spelling.empty()) continue;
    if (const TensorView* tensor = directory.find(spelling)) return tensor;
    if (const TensorView* tensor = directory.find(prefix_ + spelling)) return tensor;
  }
  return nullptr;
}

Result<const TensorView*> Checkpoint::find(std::string_view name, Shape shape) const {
  const TensorView* tensor = find_any_spelling(name);
  if (tensor == nullptr) return Error(Code::corrupt, "weights lack a tensor").with("path", path()).with("tensor", name);
  if (std::equal(shape.begin(), shape.end(), tensor->shape.begin(), tensor->shape.end())) return tensor;
  return Error(Code::corrupt, "a weight's shape differs from what config.json says")
      .with("path", path())
      .with("tensor", tensor->name)
      .with("shape", shape_text(tensor->shape))
      .with("expected", shape_text({shape.begin(), shape.size()}));
}

Result<> Checkpoint::copy(std::string_view name, Shape shape, std::span<float> out) const {
  VICINAL_TRY(const TensorView* tensor, find(name, shape));
  auto done = copy_floats(*tensor, *table_, out);
  if (!done) return Error(done.error()).with("path", path());
  return {};
}

void Checkpoint::release(std::string_view name) const {
  if (const TensorView* tensor = find_any_spelling(name)) file_.release(*tensor);
}

Result<std::span<const float>> Checkpoint::borrow(std::string_view name, Shape shape,
                                                  base::AlignedBuffer<float>* storage) const {
  VICINAL_TRY(const TensorView* tensor, find(name, shape));
  auto floats = borrow_floats(*tensor, *table_, storage);
  if (!floats) return Error(floats.error()).with("path", path());
  return floats;
}

Result<std::span<const float>> Checkpoint::borrow_unread(std::string_view name, Shape shape,
                                                         base::AlignedBuffer<float>* storage) const {
  VICINAL_TRY(const TensorView* tensor, find(name, shape));
  auto floats = borrow_floats_unread(*tensor, *table_, storage);
  if (!floats) return Error(floats.error()).with("path", path());
  return floats;
}

}  // namespace vicinal::model
