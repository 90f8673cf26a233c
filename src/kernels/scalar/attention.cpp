/// Attention as its formula says: one query row at a time, every score, their softmax, the weighted sum of v.

#include "kernels/scalar/level.h"
#include "kernels/scalar/widen.h"

namespace vicinal::kernels::scalar {
namespace {

void put(float x, float& out) { out = x; }
void put(float x, bf16& out) { f32_to_bf16(&x, &out, 1); }

/// scores[j] = scale · q_i · k_j + bias[j − i].
template <class T>
void scores_of(const Attention<T>& a, size_t head, size_t i, float* scores) {
  const size_t column = head * a.head_dim;
  for (size_t j = 0; j < a.n; ++j) {
    float sum = 0.0F;
    for (size_t c = column; c < column + a.head_dim; ++c) {
      sum += widen(a.q[i * a.ld_qkv + c]) * widen(a.k[j * a.ld_qkv + c]);
    }
    scores[j] = sum * a.scale;
  }
  if (a.relative_bias != nullptr) {
    const float* bias = a.relative_bias + head * a.ld_bias - i;
    for (size_t j = 0; j < a.n; ++j) {
      scores[j] += bias[j];
    }
  }
}

template <class T>
void attend(const Attention<T>& a) {
  float* scores = static_cast<float*>(a.scratch);
  for (size_t head = 0; head < a.heads; ++head) {
    const size_t column = head * a.head_dim;
    for (size_t i = 0; i < a.n; ++i) {
      scores_of(a, head, i, scores);
      softmax(scores, a.n);
      for (size_t c = column; c < column + a.head_dim; ++c) {
        float sum = 0.0F;
        for (size_t j = 0; j < a.n; ++j) {
          sum += scores[j] * widen(a.v[j * a.ld_qkv + c]);
        }
        put(sum, a.out[i * a.ld_out + c]);
      }
    }
  }
}

}  // namespace

size_t attention_scratch_bytes(size_t n, size_t /*heads*/, size_t /*head_dim*/) { return n * sizeof(float); }

void attention_f32(const Attention<float>& a) { attend(a); }
void attention_bf16(const Attention<bf16>& a) { attend(a); }

}  // namespace vicinal::kernels::scalar
