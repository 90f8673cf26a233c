/// Attention at int8: products of bytes, exponentials in 16 bits. What it does not do, short sequences and heads whose
/// scores outgrow 16 bits, is done in bf16.

#include "kernels/avx512/level.h"
#include "kernels/avx512/maths.inl"

#include "kernels/avx512/attention_registers.inl"

namespace vicinal::kernels::avx512 {
namespace {

constexpr size_t kPanelVectors = 4;
constexpr size_t kPanel = kPanelVectors * kLanes;
constexpr size_t kTileRows = 12;
constexpr float kLog2E = 1.44269504F;
constexpr size_t kShortest = 40;  ///< tokens: below, making bytes of a head costs more than they save

#include "kernels/attention_pack.inl"

#include "kernels/avx512/attention_int8_plan.inl"

#include "kernels/avx512/attention_int8_softmax.inl"

#include "kernels/avx512/attention_int8_quantize.inl"

#include "kernels/avx512/attention_int8_products.inl"

#include "kernels/avx512/attention_int8_head.inl"

}  // namespace

size_t attention_int8_scratch_bytes(size_t n, size_t head_dim) { return Int8Plan(n, head_dim).bytes(); }

void attention_int8(const Attention<bf16>& a) {
  if (a.n < kShortest || a.head_dim > kMostDim) return attention_bf16(a);
  for (size_t head = 0; head < a.heads; ++head) {
    const Attention<bf16> one = only_head(a, head);
    if (!attend_bytes(head_of(one), static_cast<char*>(a.scratch))) attention_bf16(one);
  }
}

}  // namespace vicinal::kernels::avx512
