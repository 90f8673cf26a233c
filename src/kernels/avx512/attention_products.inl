// The two products of attention, by register tiles of up to 8 rows × 64 columns. Included inside an unnamed namespace,
// after attention_registers.inl.

/// out[r][c] = Σ_g a[r][g] · b[g][c] over groups g, for a few rows and one panel's columns.
struct Product {
  const char* a;
  size_t lda;  ///< bytes
  const float* b;
  size_t ldb;
  size_t groups;
  float* out;
  size_t ld_out;
};

template <class P, size_t Rows, size_t Vectors>
void multiply_tile(const Product& p) {
  Vec sum[Rows][Vectors];
#pragma GCC unroll 8
  for (size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (size_t v = 0; v < Vectors; ++v) sum[r][v] = zero();
  }
  const char* a = p.a;
  const float* b = p.b;
  for (size_t g = 0; g < p.groups; ++g, a += 4, b += p.ldb) {
    Vec column[Vectors];
#pragma GCC unroll 4
    for (size_t v = 0; v < Vectors; ++v) column[v] = load(b + v * kLanes);
#pragma GCC unroll 8
    for (size_t r = 0; r < Rows; ++r) {
      const Vec factor = broadcast_group(a + r * p.lda);
#pragma GCC unroll 4
      for (size_t v = 0; v < Vectors; ++v) sum[r][v] = P::multiply_add(sum[r][v], factor, column[v]);
    }
  }
#pragma GCC unroll 8
  for (size_t r = 0; r < Rows; ++r) {
#pragma GCC unroll 4
    for (size_t v = 0; v < Vectors; ++v) store(p.out + r * p.ld_out + v * kLanes, sum[r][v]);
  }
}

template <class P, size_t Vectors>
void multiply_rows(const Product& p, size_t rows) {
  if constexpr (Vectors <= 2) {
    if (rows == 8) return multiply_tile<P, 8, Vectors>(p);
    if (rows == 7) return multiply_tile<P, 7, Vectors>(p);
  }
  switch (rows) {
    case 1:
      return multiply_tile<P, 1, Vectors>(p);
    case 2:
      return multiply_tile<P, 2, Vectors>(p);
    case 3:
      return multiply_tile<P, 3, Vectors>(p);
    case 4:
      return multiply_tile<P, 4, Vectors>(p);
    case 5:
      return multiply_tile<P, 5, Vectors>(p);
    default:
      return multiply_tile<P, 6, Vectors>(p);
  }
}

template <class P>
void multiply_panel(const Product& p, size_t rows, size_t vectors) {
  switch (vectors) {
    case 1:
      return multiply_rows<P, 1>(p, rows);
    case 2:
      return multiply_rows<P, 2>(p, rows);
    case 3:
      return multiply_rows<P, 3>(p, rows);
    default:
      return multiply_rows<P, 4>(p, rows);
  }
}

/// Rows of the whole tile, as many at a time as registers hold and evenly so.
template <class P>
inline void multiply_all(Product p, size_t rows, size_t vectors) {
  const size_t most = vectors <= 2 ? 8 : 6;
  for (size_t parts = (rows + most - 1) / most; parts > 0; --parts) {
    const size_t some = (rows + parts - 1) / parts;
    multiply_panel<P>(p, some, vectors);
    p.a += some * p.lda;
    p.out += some * p.ld_out;
    rows -= some;
  }
}

inline size_t vectors_of(size_t columns) { return columns >= kPanel ? kPanelVectors : (columns + kLanes - 1) / kLanes; }
