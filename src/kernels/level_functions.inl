// The functions of one level, included inside its namespace by <level>/level.h. Meanings: kernels/table.h.
// No include guard and no includes: each level declares its own set.

size_t packed_bytes(WeightType type, size_t n, size_t k);
void pack(WeightType type, const float* w, size_t ldw, size_t n, size_t k, void* packed);
void gemm_f32(const GemmF32& g);
void gemm_bf16(const GemmBf16& g);
void gemm_int8(const GemmInt8& g);

size_t attention_scratch_bytes(size_t n, size_t heads, size_t head_dim);
void attention_f32(const Attention<float>& a);
void attention_bf16(const Attention<bf16>& a);
void attention_int8(const Attention<bf16>& a);

void layer_norm(const LayerNorm& n);
void quantize_rows(const QuantizeRows& q);
void activate(Activation activation, const float* x, float* y, size_t n);
void softmax(float* x, size_t n);
void mean_rows(const float* x, size_t ldx, size_t rows, size_t width, float* out);
void add3(const float* a, const float* b, const float* c, float* out, size_t n);

void f32_to_bf16(const float* x, bf16* y, size_t n);
void bf16_to_f32(const bf16* x, float* y, size_t n);
void f16_to_f32(const uint16_t* x, float* y, size_t n);
void f32_to_f16(const float* x, uint16_t* y, size_t n);

float dot_f32(const float* a, const float* b, size_t d);
float l2sq_f32(const float* a, const float* b, size_t d);
float l1_f32(const float* a, const float* b, size_t d);
uint64_t hamming(const uint8_t* a, const uint8_t* b, size_t bytes);
void dot_rows_f32(const float* query, const float* rows_data, size_t stride, size_t rows, size_t d, float* out);
void l2sq_rows_f32(const float* query, const float* rows_data, size_t stride, size_t rows, size_t d, float* out);
void l1_rows_f32(const float* query, const float* rows_data, size_t stride, size_t rows, size_t d, float* out);

void dot_codes(const DotCodes& d);
void select_rows(const SelectRows& s);
