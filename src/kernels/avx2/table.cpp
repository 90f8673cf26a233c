#include "kernels/avx2/level.h"

namespace vicinal::kernels::avx2 {

constinit const Table table = {
    .level = "avx2",
    .packed_bytes = packed_bytes,
    .pack = pack,
    .gemm_f32 = gemm_f32,
    .gemm_bf16 = gemm_bf16,
    .gemm_int8 = gemm_int8,
    .attention_scratch_bytes = attention_scratch_bytes,
    .attention_f32 = attention_f32,
    .attention_bf16 = attention_bf16,
    .attention_int8 = attention_bf16,
    .layer_norm = layer_norm,
    .quantize_rows = quantize_rows,
    .activate = activate,
    .softmax = softmax,
    .mean_rows = mean_rows,
    .add3 = add3,
    .f32_to_bf16 = f32_to_bf16,
    .bf16_to_f32 = bf16_to_f32,
    .f16_to_f32 = f16_to_f32,
    .f32_to_f16 = f32_to_f16,
    .dot_f32 = dot_f32,
    .l2sq_f32 = l2sq_f32,
    .l1_f32 = l1_f32,
    .hamming = hamming,
    .dot_rows_f32 = dot_rows_f32,
    .l2sq_rows_f32 = l2sq_rows_f32,
    .l1_rows_f32 = l1_rows_f32,
    .dot_codes = dot_codes,
    .select_rows = select_rows,
};

}  // namespace vicinal::kernels::avx2
