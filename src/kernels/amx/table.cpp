#include "kernels/amx/level.h"
#include "kernels/avx512/level.h"

namespace vicinal::kernels::amx {

constinit const Table table = {
    .level = "amx",
    .packed_bytes = packed_bytes,
    .pack = pack,
    .gemm_f32 = avx512::gemm_f32,
    .gemm_bf16 = gemm_bf16,
    .gemm_int8 = gemm_int8,
    .attention_scratch_bytes = attention_scratch_bytes,
    .attention_f32 = avx512::attention_f32,
    .attention_bf16 = attention_bf16,
    .attention_int8 = attention_bf16,
    .layer_norm = avx512::layer_norm,
    .quantize_rows = avx512::quantize_rows,
    .activate = avx512::activate,
    .softmax = avx512::softmax,
    .mean_rows = avx512::mean_rows,
    .add3 = avx512::add3,
    .f32_to_bf16 = avx512::f32_to_bf16,
    .bf16_to_f32 = avx512::bf16_to_f32,
    .f16_to_f32 = avx512::f16_to_f32,
    .f32_to_f16 = avx512::f32_to_f16,
    .dot_f32 = avx512::dot_f32,
    .l2sq_f32 = avx512::l2sq_f32,
    .l1_f32 = avx512::l1_f32,
    .hamming = avx512::hamming,
    .dot_rows_f32 = avx512::dot_rows_f32,
    .l2sq_rows_f32 = avx512::l2sq_rows_f32,
    .l1_rows_f32 = avx512::l1_rows_f32,
    .dot_codes = avx512::dot_codes,
    .select_rows = avx512::select_rows,
};

}  // namespace vicinal::kernels::amx
