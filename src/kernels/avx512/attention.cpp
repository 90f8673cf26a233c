#include "kernels/avx512/level.h"
#include "kernels/avx512/maths.inl"

#include "kernels/avx512/attention_registers.inl"

namespace vicinal::kernels::avx512 {
namespace {

constexpr size_t kPanelVectors = 4;
constexpr size_t kPanel = kPanelVectors * kLanes;
constexpr size_t kTileRows = 16;

#include "kernels/attention_pack.inl"

#include "kernels/avx512/attention_products.inl"

#include "kernels/avx512/attention_softmax.inl"

#include "kernels/avx512/attention_head.inl"

#include "kernels/avx512/attention_bf16.inl"

struct FloatProduct {
  static constexpr size_t kElementBytes = 4;
  static constexpr size_t kGroup = 1;

  static inline Vec multiply_add(Vec sum, Vec a, Vec b) { return _mm512_fmadd_ps(a, b, sum); }
  static inline Vec exp2(Vec y) { return exp2_fast(y); }
  static inline void store_pair(char* out, Vec low, Vec high) {
    _mm512_storeu_ps(out, low);
    _mm512_storeu_ps(out + 64, high);
  }

  static inline void pack_value_group(const Head& h, size_t key, size_t width, float* out) {
    const float* v = reinterpret_cast<const float*>(h.v + key * h.ld_qkv);
    for (size_t j = 0; j < width; j += 16) {
      _mm512_storeu_ps(out + j, _mm512_maskz_loadu_ps(tail_mask16(h.dim - j), v + j));
    }
  }

  static inline void write_row(const float* row, Vec factor, size_t dim, char* out) {
    for (size_t j = 0; j < dim; j += 16) {
      _mm512_mask_storeu_ps(out + 4 * j, tail_mask16(dim - j), multiply(load(row + j), factor));
    }
  }
};

template <class P, class T>
void attend_heads(const Attention<T>& a) {
  if (a.n == 0) {
    return;
  }
  Head h = {};
  h.ld_qkv = a.ld_qkv * sizeof(T);
  h.ld_out = a.ld_out * sizeof(T);
  h.n = a.n;
  h.dim = a.head_dim;
  h.scale = a.scale * 1.44269504F;
  for (size_t head = 0; head < a.heads; ++head) {
    const size_t column = head * a.head_dim;
    h.q = reinterpret_cast<const char*>(a.q + column);
    h.k = reinterpret_cast<const char*>(a.k + column);
    h.v = reinterpret_cast<const char*>(a.v + column);
    h.out = reinterpret_cast<char*>(a.out + column);
    h.bias = a.relative_bias == nullptr ? nullptr : a.relative_bias + head * a.ld_bias;
    attend<P>(h, static_cast<float*>(a.scratch));
  }
}

}  // namespace

size_t attention_scratch_bytes(size_t n, size_t /*heads*/, size_t head_dim) {
  const size_t floats = Plan<FloatProduct>(n, head_dim).floats();
  const size_t halves = Plan<Bf16Product>(n, head_dim).floats();
  const size_t bytes = attention_int8_scratch_bytes(n, head_dim);
  const size_t most = (floats > halves ? floats : halves) * sizeof(float);
  return most > bytes ? most : bytes;
}

void attention_f32(const Attention<float>& a) { attend_heads<FloatProduct>(a); }
void attention_bf16(const Attention<bf16>& a) { attend_heads<Bf16Product>(a); }

}  // namespace vicinal::kernels::avx512
