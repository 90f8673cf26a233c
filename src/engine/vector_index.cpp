/// What a program may get wrong is refused here; the index itself is index/flat_index.h.
#include "vicinal/vector_index.h"

#include <cstring>

#include "index/flat_index.h"
#include "index/metric.h"
#include "kernels/table.h"

namespace vicinal {
inline namespace v0 {

struct VectorIndex::Impl {
  index::FlatIndex index;
  VectorIndexOptions options;

  Result<> require(VectorKind kind) const;
  Result<base::MatrixView> floats(std::span<const float> values, size_t rows) const;
  /// Rows of whole floats, zero behind the bits.
  Result<std::vector<float>> padded(std::span<const uint8_t> bytes, size_t rows) const;
  base::MatrixView view(const std::vector<float>& rows) const;
  Result<std::vector<Neighbour>> search_one(base::MatrixView query, const NeighbourOptions& wanted);
};

namespace {

Error wrong_length(size_t given, size_t rows, size_t each) {
  return Error(Code::invalid_argument, "values are not as many as the index's dimensions ask for")
      .with("given", given)
      .with("rows", rows)
      .with("each", each);
}

Result<> check_limit(const NeighbourOptions& options) {
  if (options.limit > 0) return {};
  return Error(Code::invalid_argument, "the limit of a search is at least 1");
}

}  // namespace

Result<> VectorIndex::Impl::require(VectorKind kind) const {
  if (options.kind == kind) return {};
  return Error(Code::invalid_argument, kind == VectorKind::bits
                                           ? "the index holds floats: add and search, not add_bits and search_bits"
                                           : "the index holds bits: add_bits and search_bits, not add and search");
}

Result<base::MatrixView> VectorIndex::Impl::floats(std::span<const float> values, size_t rows) const {
  VICINAL_TRY_VOID(require(VectorKind::floats));
  const size_t each = options.dimensions;
  if (values.size() % each != 0 || values.size() / each != rows) return wrong_length(values.size(), rows, each);
  const base::MatrixView view{values.data(), rows, each, each};
  for (size_t row = 0; row < rows; ++row)
    if (!index::all_finite(view.row(row)))
      return Error(Code::invalid_argument, "a vector holds a NaN or an infinity").with("row", row);
  return view;
}

Result<std::vector<float>> VectorIndex::Impl::padded(std::span<const uint8_t> bytes, size_t rows) const {
  VICINAL_TRY_VOID(require(VectorKind::bits));
  const size_t each = options.dimensions / 8, floats = index.shape().row_floats();
  if (bytes.size() % each != 0 || bytes.size() / each != rows) return wrong_length(bytes.size(), rows, each);
  std::vector<float> out(rows * floats);
  for (size_t row = 0; row < rows; ++row) std::memcpy(out.data() + row * floats, bytes.data() + row * each, each);
  return out;
}

base::MatrixView VectorIndex::Impl::view(const std::vector<float>& rows) const {
  const size_t floats = index.shape().row_floats();
  return {rows.data(), rows.size() / floats, floats, floats};
}

Result<std::vector<Neighbour>> VectorIndex::Impl::search_one(base::MatrixView query, const NeighbourOptions& wanted) {
  VICINAL_TRY_VOID(check_limit(wanted));
  VICINAL_TRY(auto found, index.search(query, wanted));
  return std::move(found.front());
}

VectorIndex::VectorIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
VectorIndex::VectorIndex(VectorIndex&&) noexcept = default;
VectorIndex& VectorIndex::operator=(VectorIndex&&) noexcept = default;
VectorIndex::~VectorIndex() = default;

Result<VectorIndex> VectorIndex::make(const VectorIndexOptions& options) {
  if (auto level = kernels::choose(); !level) return std::move(level).error();
  const index::FlatShape shape{options.kind, options.dimensions, options.metric};
  VICINAL_TRY_VOID(index::check_shape(shape));
  return VectorIndex(std::make_unique<Impl>(Impl{index::FlatIndex(shape), options}));
}

Result<VectorIndex> VectorIndex::load(const std::string& path) {
  if (auto level = kernels::choose(); !level) return std::move(level).error();
  VICINAL_TRY(index::FlatIndex loaded, index::FlatIndex::load(path));
  const index::FlatShape shape = loaded.shape();
  return VectorIndex(std::make_unique<Impl>(Impl{std::move(loaded), {shape.dimensions, shape.kind, shape.metric}}));
}

const VectorIndexOptions& VectorIndex::options() const { return impl_->options; }
size_t VectorIndex::size() const { return impl_->index.size(); }
bool VectorIndex::contains(uint64_t id) const { return impl_->index.contains(id); }

Result<> VectorIndex::add(std::span<const uint64_t> ids, std::span<const float> rows) {
  VICINAL_TRY(const base::MatrixView view, impl_->floats(rows, ids.size()));
  return impl_->index.add(ids, view);
}

Result<> VectorIndex::add_bits(std::span<const uint64_t> ids, std::span<const uint8_t> rows) {
  VICINAL_TRY(const std::vector<float> padded, impl_->padded(rows, ids.size()));
  return impl_->index.add(ids, impl_->view(padded));
}

Result<size_t> VectorIndex::remove(std::span<const uint64_t> ids) { return impl_->index.remove(ids); }

Result<std::vector<Neighbour>> VectorIndex::search(std::span<const float> query, const NeighbourOptions& options) {
  VICINAL_TRY(const base::MatrixView view, impl_->floats(query, 1));
  return impl_->search_one(view, options);
}

Result<std::vector<Neighbour>> VectorIndex::search_bits(std::span<const uint8_t> query,
                                                        const NeighbourOptions& options) {
  VICINAL_TRY(const std::vector<float> padded, impl_->padded(query, 1));
  return impl_->search_one(impl_->view(padded), options);
}

Result<std::vector<std::vector<Neighbour>>> VectorIndex::search_many(std::span<const float> queries,
                                                                     const NeighbourOptions& options) {
  VICINAL_TRY_VOID(check_limit(options));
  VICINAL_TRY(const base::MatrixView view, impl_->floats(queries, queries.size() / impl_->options.dimensions));
  return impl_->index.search(view, options);
}

Result<> VectorIndex::save(const std::string& path) { return impl_->index.save(path); }

}  // namespace v0
}  // namespace vicinal
