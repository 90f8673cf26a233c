#pragma once
/// Arguments and table of the kernels, in plain structs: all that a file compiled for one instruction set may see.
///
/// This header and everything it includes define no inline function and no template function, so that no object
/// of an instruction-set level can bring a copy of code that other levels share. Users include kernels/table.h,
/// where the meaning of rows, widths and levels is written down.

#include <cstddef>
#include <cstdint>

namespace vicinal::kernels {

/// bfloat16 as its 16 bits.
using bf16 = uint16_t;

enum class Activation : uint8_t { none, gelu_erf, gelu_tanh };

/// Type of a packed weight matrix, and thereby of the product that uses it.
enum class WeightType : uint8_t { f32, bf16, int8 };

/// A linear layer's weight [N, K] (output features × input features, as checkpoints store it) in this level's
/// panel order. Made by `Table::pack`; only the same level's `gemm_*` may read it.
struct PackedWeight {
  const void* data = nullptr;  ///< packed_bytes(type, n, k) bytes, 64-byte aligned
  size_t n = 0;
  size_t k = 0;
  WeightType type = WeightType::f32;
};

/// out[m, j] = activation(Σ_k a[m, k] · w[j, k] + bias[j]) + residual[m, j]
/// Exactly one of out_f32, out_bf16 is set. bias (N floats) and residual (f32) may be null.
/// An activation on its way to bf16 may be off by 2^-16 of its argument, where the rounding is off by 2^-9 of the
/// result.
struct GemmOutput {
  const float* bias = nullptr;
  Activation activation = Activation::none;
  const float* residual = nullptr;
  size_t ld_residual = 0;
  float* out_f32 = nullptr;
  bf16* out_bf16 = nullptr;
  size_t ld_out = 0;
};

struct GemmF32 {
  const float* a = nullptr;
  size_t lda = 0;
  size_t m = 0;
  PackedWeight w;
  GemmOutput y;
};

struct GemmBf16 {
  const bf16* a = nullptr;
  size_t lda = 0;
  size_t m = 0;
  PackedWeight w;
  GemmOutput y;
};

/// The product of rows that quantize_rows or layer_norm quantised: a[m] ≈ scale[m] · (q[m] − zero[m]), unsigned bytes,
/// one scale and zero point a row. Bytes and packed weights are both rotated (see QuantizeRows), which a product does
/// not see.
struct GemmInt8 {
  const uint8_t* a = nullptr;
  size_t lda = 0;
  size_t m = 0;
  const float* scale = nullptr;
  const int32_t* zero = nullptr;
  PackedWeight w;
  GemmOutput y;
};

/// Attention of one sequence: out = softmax(scale · q kᵀ + bias) v per head, softmax in float. Element type f32 or
/// bf16. q, k, v: [n, heads·head_dim] with row distance ld_qkv (usually three column blocks of one matrix); out alike.
/// `relative_bias`: what the score of query i and key j gains for their distance j − i, in the unit of scale · q·k;
/// null where there is none. It points at distance 0 of head 0: head h adds relative_bias[h · ld_bias + (j − i)], so a
/// query's row of scores adds n neighbouring entries. Entries of distance −n < j − i < n are read, no others.
/// `scratch`: attention_scratch_bytes(n, heads, head_dim), 64-byte aligned, any content.
template <class T>
struct Attention {
  const T* q = nullptr;
  const T* k = nullptr;
  const T* v = nullptr;
  size_t ld_qkv = 0;
  T* out = nullptr;
  size_t ld_out = 0;
  size_t n = 0;
  size_t heads = 0;
  size_t head_dim = 0;
  float scale = 1.0F;
  const float* relative_bias = nullptr;
  size_t ld_bias = 0;
  void* scratch = nullptr;
};

/// out = (x − mean) / sqrt(variance + eps) · gamma + beta over each row of width D. Statistics in float, two passes
/// over the row. Any of out_f32, out_bf16, out_u8 may be null; out_u8 comes with scale and zero as quantize_rows
/// makes them of the float result. out_f32 may be x.
struct LayerNorm {
  const float* x = nullptr;
  size_t ldx = 0;
  size_t m = 0;
  size_t width = 0;
  const float* gamma = nullptr;
  const float* beta = nullptr;
  float eps = 1e-12F;
  float* out_f32 = nullptr;
  size_t ld_f32 = 0;
  bf16* out_bf16 = nullptr;
  size_t ld_bf16 = 0;
  uint8_t* out_u8 = nullptr;
  size_t ld_u8 = 0;
  float* scale = nullptr;
  int32_t* zero = nullptr;
};

/// Inputs of one group of the rotation at int8, and how many of them each of its sums has.
constexpr size_t kRotationWidth = 128;
constexpr size_t kRotationTerms = 32;
/// What inputs outside of full groups are multiplied by instead: about the square root of kRotationTerms.
constexpr float kUnrotatedFactor = 4.0F;

/// Dynamic quantisation of rows. A few inputs of a transformer are many times larger than the others, and one scale
/// for all leaves those few steps. So a row is rotated first: in each full group of kRotationWidth inputs x becomes
/// y[i] = Σ_j (−1)^popcount(i & j & 0x73) x[j] over the j that equal i in bits 2 and 3; inputs behind the
/// last full group are multiplied by kUnrotatedFactor, so that all are of one size. `pack` does the same to weights and
/// divides by kRotationTerms, or by the factor's square, so that Σ y · w' = Σ x · w. (Rotation by Hadamard matrices
/// against outliers: QuaRot, Ashkboos et al. 2024. These five of seven bits are the ones that cost little in vector
/// registers of 8 and of 16 floats, and the other two bring little.) Of the rotated row, with lo = min(row, 0), hi =
/// max(row, 0): scale = (hi − lo) / 255 (1 where that is 0), zero = round(−lo / scale), q = clamp(round(y / scale +
/// zero), 0, 255). Exactly one of x_f32, x_bf16 is set.
struct QuantizeRows {
  const float* x_f32 = nullptr;
  const bf16* x_bf16 = nullptr;
  size_t ldx = 0;
  size_t m = 0;
  size_t width = 0;
  uint8_t* q = nullptr;
  size_t ldq = 0;
  float* scale = nullptr;
  int32_t* zero = nullptr;
};

/// A query for dot_codes: q ≈ t · (128 · high + low) with bytes in [−64, 64], `width` each, zero behind the vector's
/// end. Two bytes, because a scan waits for memory anyway and the second makes the query's share of the error vanish;
/// ±64, because pairs of products then fit 16 bits with any unsigned byte. The offsets, 128 · Σ high and 128 · Σ low,
/// take out the 128 that is added to codes.
struct QueryCode {
  const int8_t* high = nullptr;
  const int8_t* low = nullptr;
  int32_t high_offset = 0;
  int32_t low_offset = 0;
};

/// dots[q · ld + r] = 128 · H + L in float (both rounded to float, then one fma), where H = Σ_i high[i] · (codes[r, i]
/// − 128) and L alike with low: exact sums of integers, so every level gives the same bits. codes: [rows, width]
/// unsigned bytes, 128 stands for 0; width a multiple of kCodeAlignment, at most 65,536; 64-byte aligned.
struct DotCodes {
  const QueryCode* queries = nullptr;
  size_t query_count = 0;
  const uint8_t* codes = nullptr;
  size_t width = 0;
  size_t rows = 0;
  float* dots = nullptr;
  size_t ld = 0;
};
constexpr size_t kCodeAlignment = 64;

/// Bit r of `selected` (in words of 64, bits behind `rows` are 0) says whether
/// fma(a · scale[r], dots[r], fma(b, error[r], norm[r] · fma(d, norm[r], c))) >= threshold: the same bits at every
/// level.
struct SelectRows {
  const float* dots = nullptr;
  const float* scale = nullptr;
  const float* error = nullptr;
  const float* norm = nullptr;
  size_t rows = 0;
  float a = 0, b = 0, c = 0, d = 0;
  float threshold = 0;
  uint64_t* selected = nullptr;
};

struct Table {
  const char* level;

  // Weights. `pack` of int8 rotates float weights and quantises per output channel: scale = max|w| / 127.
  size_t (*packed_bytes)(WeightType type, size_t n, size_t k);
  void (*pack)(WeightType type, const float* w, size_t ldw, size_t n, size_t k, void* packed);

  void (*gemm_f32)(const GemmF32& g);
  void (*gemm_bf16)(const GemmBf16& g);
  void (*gemm_int8)(const GemmInt8& g);

  size_t (*attention_scratch_bytes)(size_t n, size_t heads, size_t head_dim);
  void (*attention_f32)(const Attention<float>& a);
  void (*attention_bf16)(const Attention<bf16>& a);
  /// The same between int8 products: a level may make bytes of the inputs, or leave it to attention_bf16.
  void (*attention_int8)(const Attention<bf16>& a);

  void (*layer_norm)(const LayerNorm& n);
  void (*quantize_rows)(const QuantizeRows& q);
  /// y[i] = activation(x[i]); x may be y.
  void (*activate)(Activation activation, const float* x, float* y, size_t n);
  /// Row-wise softmax in place: x[i] = exp(x[i] − max) / Σ.
  void (*softmax)(float* x, size_t n);
  /// out[j] = Σ_rows x[row, j] / rows, added in row order.
  void (*mean_rows)(const float* x, size_t ldx, size_t rows, size_t width, float* out);
  /// out = a + b + c, elementwise (word + position + type embeddings).
  void (*add3)(const float* a, const float* b, const float* c, float* out, size_t n);

  void (*f32_to_bf16)(const float* x, bf16* y, size_t n);  // round to nearest even; NaN stays NaN
  void (*bf16_to_f32)(const bf16* x, float* y, size_t n);
  void (*f16_to_f32)(const uint16_t* x, float* y, size_t n);
  void (*f32_to_f16)(const float* x, uint16_t* y, size_t n);

  // Two vectors. l2 is squared.
  float (*dot_f32)(const float* a, const float* b, size_t d);
  float (*l2sq_f32)(const float* a, const float* b, size_t d);
  float (*l1_f32)(const float* a, const float* b, size_t d);
  uint64_t (*hamming)(const uint8_t* a, const uint8_t* b, size_t bytes);
  // One query against `rows` vectors, `stride` elements apart: each equals the pair function bit for bit.
  void (*dot_rows_f32)(const float* query, const float* rows_data, size_t stride, size_t rows, size_t d, float* out);
  void (*l2sq_rows_f32)(const float* query, const float* rows_data, size_t stride, size_t rows, size_t d, float* out);
  void (*l1_rows_f32)(const float* query, const float* rows_data, size_t stride, size_t rows, size_t d, float* out);

  // A scan of int8 codes: what the rows could score, and which of them may be wanted.
  void (*dot_codes)(const DotCodes& d);
  void (*select_rows)(const SelectRows& s);
};

}  // namespace vicinal::kernels
