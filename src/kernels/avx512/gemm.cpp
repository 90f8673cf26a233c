#include "kernels/avx512/gemm_tile.inl"
#include "kernels/avx512/level.h"
#include "kernels/pack.h"

namespace vicinal::kernels::avx512 {
namespace {

constexpr PanelShape kShape = {.columns = kPanelColumns, .narrow = f32_to_bf16};

template <class Product, class Gemm>
void gemm_float(const Gemm& g) {
  const RowBytes a = {reinterpret_cast<const char*>(g.a), g.lda * sizeof(*g.a), g.w.k * sizeof(*g.a)};
  multiply<Product>(a, g.m, g.w, [&](const float* sums, const TilePlace& place) {
    finish_tile(FloatSums{sums, kPanelColumns}, place, g.y);
  });
}

}  // namespace

size_t packed_bytes(WeightType type, size_t n, size_t k) { return packed_panel_bytes(kShape, type, n, k); }

void pack(WeightType type, const float* w, size_t ldw, size_t n, size_t k, void* packed) {
  pack_panels(kShape, type, w, ldw, n, k, packed);
}

void gemm_f32(const GemmF32& g) { gemm_float<F32Product>(g); }

void gemm_bf16(const GemmBf16& g) { gemm_float<Bf16Product>(g); }

void gemm_int8(const GemmInt8& g) {
  const size_t columns = (g.w.n + kPanelColumns - 1) / kPanelColumns * kPanelColumns;
  const auto* const scales =
      reinterpret_cast<const float*>(static_cast<const int8_t*>(g.w.data) + columns * ((g.w.k + 3) / 4 * 4));
  const auto* const weight_sums = reinterpret_cast<const int32_t*>(scales + columns);
  multiply<Int8Product>({reinterpret_cast<const char*>(g.a), g.lda, g.w.k}, g.m, g.w,
                        [&](const int32_t* sums, const TilePlace& place) {
                          finish_tile(IntSums{sums, kPanelColumns, g.scale + place.row, g.zero + place.row,
                                              scales + place.column, weight_sums + place.column},
                                      place, g.y);
                        });
}

}  // namespace vicinal::kernels::avx512
