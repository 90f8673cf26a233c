#include "kernels/avx2/level.h"
#include "kernels/avx2/maths.inl"
#include "kernels/avx2/reduce.inl"

namespace vicinal::kernels::avx2 {
namespace {

using Vec = __m256;
constexpr size_t kLanes = 8;
constexpr size_t kPanelVectors = 2;
constexpr size_t kPanel = kPanelVectors * kLanes;
constexpr size_t kTileRows = 16;

inline Vec zero() { return _mm256_setzero_ps(); }
inline Vec load(const float* p) { return _mm256_loadu_ps(p); }
inline void store(float* p, Vec v) { _mm256_storeu_ps(p, v); }
inline Vec splat(float x) { return _mm256_set1_ps(x); }
inline Vec add(Vec a, Vec b) { return _mm256_add_ps(a, b); }
inline Vec subtract(Vec a, Vec b) { return _mm256_sub_ps(a, b); }
inline Vec multiply(Vec a, Vec b) { return _mm256_mul_ps(a, b); }
inline Vec maximum(Vec a, Vec b) { return _mm256_max_ps(a, b); }
inline Vec first_lanes(Vec v, size_t count, Vec others) {
  return _mm256_blendv_ps(others, v, _mm256_castsi256_ps(tail_mask8(count)));
}

inline Vec broadcast_group(const char* p) {
  float x = 0.0F;
  __builtin_memcpy(&x, p, sizeof x);
  return _mm256_set1_ps(x);
}

inline __m128 load_quad(const char* p) { return _mm_loadu_ps(reinterpret_cast<const float*>(p)); }

/// 16 bytes of each of the rows i and 4 + i.
inline Vec gather_quads(const char* const* rows, size_t i, size_t byte) {
  const Vec low = _mm256_castps128_ps256(load_quad(rows[i] + byte));
  return _mm256_insertf128_ps(low, load_quad(rows[4 + i] + byte), 1);
}

inline Vec unpack_low(Vec a, Vec b) { return _mm256_unpacklo_ps(a, b); }
inline Vec unpack_high(Vec a, Vec b) { return _mm256_unpackhi_ps(a, b); }
inline Vec unpack_low_pairs(Vec a, Vec b) {
  return _mm256_castpd_ps(_mm256_unpacklo_pd(_mm256_castps_pd(a), _mm256_castps_pd(b)));
}
inline Vec unpack_high_pairs(Vec a, Vec b) {
  return _mm256_castpd_ps(_mm256_unpackhi_pd(_mm256_castps_pd(a), _mm256_castps_pd(b)));
}

#include "kernels/attention_pack.inl"

#include "kernels/attention_head.inl"

struct FloatProduct {
  static constexpr size_t kElementBytes = 4;
  static constexpr size_t kGroup = 1;

  static inline Vec multiply_add(Vec sum, Vec a, Vec b) { return _mm256_fmadd_ps(a, b, sum); }
  static inline Vec exp2(Vec y) { return exp2_of_negative(y); }
  static inline void store_probabilities(float* row, size_t i, Vec value) { store(row + i * kLanes, value); }

  static inline void pack_value_group(const Head& h, size_t key, size_t width, float* out) {
    const float* v = reinterpret_cast<const float*>(h.v + key * h.ld_qkv);
    for (size_t j = 0; j < width; j += 8) {
      store(out + j, j + 8 <= h.dim ? load(v + j) : _mm256_maskload_ps(v + j, tail_mask8(h.dim - j)));
    }
  }

  static inline void write_row(const float* row, size_t dim, char* out) {
    __builtin_memcpy(out, row, dim * sizeof(float));
  }
};

/// Queries, keys, values and result of one head as floats, [n, dim] each.
struct FloatHead {
  float* q;
  float* k;
  float* v;
  float* out;
};

inline size_t float_head_floats(size_t n, size_t dim) { return 4 * round_up(n * dim, 16); }

inline FloatHead divide_head(size_t n, size_t dim, float* scratch) {
  const size_t part = round_up(n * dim, 16);
  return {scratch, scratch + part, scratch + 2 * part, scratch + 3 * part};
}

inline void widen_head(const Attention<bf16>& a, size_t column, const FloatHead& f) {
  for (size_t row = 0; row < a.n; ++row) {
    bf16_to_f32(a.q + row * a.ld_qkv + column, f.q + row * a.head_dim, a.head_dim);
    bf16_to_f32(a.k + row * a.ld_qkv + column, f.k + row * a.head_dim, a.head_dim);
    bf16_to_f32(a.v + row * a.ld_qkv + column, f.v + row * a.head_dim, a.head_dim);
  }
}

inline Head head_of(const FloatHead& f, size_t ld_qkv, size_t ld_out) {
  Head h = {};
  h.q = reinterpret_cast<const char*>(f.q);
  h.k = reinterpret_cast<const char*>(f.k);
  h.v = reinterpret_cast<const char*>(f.v);
  h.out = reinterpret_cast<char*>(f.out);
  h.ld_qkv = ld_qkv * sizeof(float);
  h.ld_out = ld_out * sizeof(float);
  return h;
}

template <class T>
inline void complete(Head& h, const Attention<T>& a, size_t head) {
  h.n = a.n;
  h.dim = a.head_dim;
  h.scale = a.scale * 1.44269504F;
  h.bias = a.relative_bias == nullptr ? nullptr : a.relative_bias + head * a.ld_bias;
}

}  // namespace

size_t attention_scratch_bytes(size_t n, size_t /*heads*/, size_t head_dim) {
  return (Plan<FloatProduct>(n, head_dim).floats() + float_head_floats(n, head_dim)) * sizeof(float);
}

void attention_f32(const Attention<float>& a) {
  for (size_t head = 0; a.n > 0 && head < a.heads; ++head) {
    const size_t column = head * a.head_dim;
    Head h = {};
    h.q = reinterpret_cast<const char*>(a.q + column);
    h.k = reinterpret_cast<const char*>(a.k + column);
    h.v = reinterpret_cast<const char*>(a.v + column);
    h.out = reinterpret_cast<char*>(a.out + column);
    h.ld_qkv = a.ld_qkv * sizeof(float);
    h.ld_out = a.ld_out * sizeof(float);
    complete(h, a, head);
    attend<FloatProduct>(h, static_cast<float*>(a.scratch));
  }
}

/// There are no bf16 products at this level: each head becomes floats and back.
void attention_bf16(const Attention<bf16>& a) {
  float* scratch = static_cast<float*>(a.scratch);
  const FloatHead f = divide_head(a.n, a.head_dim, scratch);
  for (size_t head = 0; a.n > 0 && head < a.heads; ++head) {
    const size_t column = head * a.head_dim;
    widen_head(a, column, f);
    Head h = head_of(f, a.head_dim, a.head_dim);
    complete(h, a, head);
    attend<FloatProduct>(h, scratch + float_head_floats(a.n, a.head_dim));
    for (size_t row = 0; row < a.n; ++row) {
      f32_to_bf16(f.out + row * a.head_dim, a.out + row * a.ld_out + column, a.head_dim);
    }
  }
}

}  // namespace vicinal::kernels::avx2
