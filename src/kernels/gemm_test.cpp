// The products at every level of this machine against sums in double precision.
//
// Tolerances. A sum of K products in float, in any order, is off by at most about K · 2^-24 · Σ|a·w|; bias, activation
// and residual add a few roundings of their magnitude. bf16 operands are rounded before the reference sees them, so
// the same bound holds; vdpbf16ps and tdpbf16ps add pairs, which are fewer roundings, not more. A bf16 output is off
// by 2^-8 of its value, and an activation on its way to one by 2^-16 of its argument. Integer sums are exact, so int8
// is off by roundings of the scales only.

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "kernels/table.h"

namespace vicinal::kernels {
namespace {

constexpr float kSentinel = -12345.0F;

float widen(bf16 x) { return std::bit_cast<float>(uint32_t{x} << 16); }

/// Rounds to nearest even; for finite numbers.
bf16 narrow(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  return static_cast<bf16>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

double activation_of(Activation activation, double x) {
  if (activation == Activation::gelu_erf) return 0.5 * x * (1.0 + std::erf(x / std::sqrt(2.0)));
  if (activation == Activation::gelu_tanh) {
    return 0.5 * x * (1.0 + std::tanh(std::sqrt(2.0 / M_PI) * (x + 0.044715 * x * x * x)));
  }
  return x;
}

struct Shape {
  size_t m, n, k;
};

struct Options {
  WeightType type = WeightType::f32;
  bool bias = true;
  Activation activation = Activation::none;
  bool residual = false;
  bool out_bf16 = false;
};

std::string describe(const Table& table, const Shape& s, const Options& o) {
  return std::string(table.level) + " type " + std::to_string(static_cast<int>(o.type)) + " M " + std::to_string(s.m) +
         " N " + std::to_string(s.n) + " K " + std::to_string(s.k) + " activation " +
         std::to_string(static_cast<int>(o.activation)) + (o.bias ? " bias" : "") + (o.residual ? " residual" : "") +
         (o.out_bf16 ? " bf16" : "");
}

struct Free {
  void operator()(void* p) const { std::free(p); }
};

/// A product with its operands; the same numbers for the same shape.
struct Problem {
  Shape s;
  size_t lda, ld_out;
  std::vector<float> w, a, bias, residual, scale;
  std::vector<bf16> a_bf16;
  std::vector<uint8_t> a_u8;
  std::vector<int32_t> zero;

  explicit Problem(const Shape& shape) : s(shape), lda(shape.k + 5), ld_out(shape.n + 3) {
    std::mt19937 random(static_cast<unsigned>(s.m * 7919 + s.n * 31 + s.k));
    std::normal_distribution<float> normal(0.0F, 1.0F);
    auto fill = [&](std::vector<float>& v, size_t count) {
      v.resize(count);
      for (float& x : v) x = normal(random);
    };
    fill(w, s.n * s.k);
    fill(a, s.m * lda);
    fill(bias, s.n);
    fill(residual, s.m * ld_out);
    for (float& x : w) x = std::round(x / std::sqrt(static_cast<float>(s.k)) * 0x1p12F) * 0x1p-12F;
    for (float x : a) a_bf16.push_back(narrow(x));
    for (size_t i = 0; i < a.size(); ++i) a_u8.push_back(static_cast<uint8_t>(random()));
    for (size_t i = 0; i < s.m; ++i) {
      scale.push_back(0.01F + static_cast<float>(i % 7) * 0.003F);
      zero.push_back(static_cast<int32_t>(random() % 256));
    }
  }
};

struct Packed {
  std::unique_ptr<void, Free> data;
  PackedWeight weight;

  Packed(const Table& table, WeightType type, const float* w, const Shape& s) {
    const size_t bytes = table.packed_bytes(type, s.n, s.k);
    data.reset(std::aligned_alloc(64, (bytes + 63) / 64 * 64));
    table.pack(type, w, s.k, s.n, s.k, data.get());
    weight = {data.get(), s.n, s.k, type};
  }
};

struct Output {
  std::vector<float> f32;
  std::vector<bf16> narrow;

  float at(size_t i) const { return narrow.empty() ? f32[i] : widen(narrow[i]); }
};

/// Rows [first, first + rows) of the problem in one call.
Output run(const Table& table, const Problem& p, const Packed& w, const Options& o, size_t first, size_t rows) {
  Output out;
  GemmOutput y;
  y.bias = o.bias ? p.bias.data() : nullptr;
  y.activation = o.activation;
  y.residual = o.residual ? p.residual.data() + first * p.ld_out : nullptr;
  y.ld_residual = p.ld_out;
  y.ld_out = p.ld_out;
  if (o.out_bf16) {
    out.narrow.assign(std::max<size_t>(rows, 1) * p.ld_out, narrow(kSentinel));
    y.out_bf16 = out.narrow.data();
  } else {
    out.f32.assign(std::max<size_t>(rows, 1) * p.ld_out, kSentinel);
    y.out_f32 = out.f32.data();
  }
  switch (o.type) {
    case WeightType::f32:
      table.gemm_f32({p.a.data() + first * p.lda, p.lda, rows, w.weight, y});
      break;
    case WeightType::bf16:
      table.gemm_bf16({p.a_bf16.data() + first * p.lda, p.lda, rows, w.weight, y});
      break;
    case WeightType::int8:
      table.gemm_int8(
          {p.a_u8.data() + first * p.lda, p.lda, rows, p.scale.data() + first, p.zero.data() + first, w.weight, y});
      break;
  }
  return out;
}

struct Expected {
  double value;
  double tolerance;
};

/// The rotation of QuantizeRows by its formula, divided by the number of terms. The sums are rounded at other moments
/// here than in `pack`, which could move a weight by a step where it lies between two: weights of the tests are
/// multiples of 2^-12, and all sums exact.
std::vector<float> rotated(const float* w, size_t k) {
  std::vector<float> out(w, w + k);
  for (size_t i = 0; i < k / kRotationWidth * kRotationWidth; ++i) {
    float sum = 0.0F;
    for (size_t j = i / kRotationWidth * kRotationWidth; j <= (i | (kRotationWidth - 1)); ++j) {
      if ((i & 12) == (j & 12))
        sum += std::popcount(i & j & (kRotationWidth - 1) & ~size_t{12}) % 2 == 0 ? w[j] : -w[j];
    }
    out[i] = sum / static_cast<float>(kRotationTerms);
  }
  for (size_t i = k / kRotationWidth * kRotationWidth; i < k; ++i) out[i] /= kUnrotatedFactor;
  return out;
}

/// Weights of one output feature as int8 has them, as floats: scale · round(w / scale), rotated.
std::vector<double> quantized(const float* unrotated, size_t k) {
  const std::vector<float> w = rotated(unrotated, k);
  float largest = 0.0F;
  for (size_t i = 0; i < k; ++i) largest = std::max(largest, std::fabs(w[i]));
  const float scale = largest > 0.0F ? largest / 127.0F : 1.0F;
  std::vector<double> q;
  for (size_t i = 0; i < k; ++i) q.push_back(static_cast<double>(scale) * std::nearbyint(w[i] / scale));
  return q;
}

std::vector<double> effective_weights(const Problem& p, WeightType type, size_t j) {
  const float* w = p.w.data() + j * p.s.k;
  if (type == WeightType::int8) return quantized(w, p.s.k);
  std::vector<double> values;
  for (size_t k = 0; k < p.s.k; ++k) values.push_back(type == WeightType::bf16 ? widen(narrow(w[k])) : w[k]);
  return values;
}

double effective_input(const Problem& p, WeightType type, size_t m, size_t k) {
  const size_t i = m * p.lda + k;
  if (type == WeightType::f32) return p.a[i];
  if (type == WeightType::bf16) return widen(p.a_bf16[i]);
  return static_cast<double>(p.scale[m]) * (p.a_u8[i] - p.zero[m]);
}

Expected expected(const Problem& p, const Options& o, const std::vector<double>& w, size_t m, size_t j) {
  double sum = 0.0;
  double magnitude = 0.0;
  for (size_t k = 0; k < p.s.k; ++k) {
    const double term = effective_input(p, o.type, m, k) * w[k];
    sum += term;
    magnitude += std::fabs(term);
  }
  // Integer sums are exact: what is left are a handful of roundings of the sum itself.
  const double roundings = o.type == WeightType::int8 ? 8.0 : static_cast<double>(p.s.k) + 8.0;
  if (o.type == WeightType::int8) magnitude = std::fabs(sum);
  if (o.bias) sum += p.bias[j];
  const double before = sum;
  sum = activation_of(o.activation, sum);
  if (o.residual) sum += p.residual[m * p.ld_out + j];
  magnitude += (o.bias ? std::fabs(p.bias[j]) : 0.0) + 4.0 * std::fabs(before) + std::fabs(sum) +
               (o.residual ? std::fabs(p.residual[m * p.ld_out + j]) : 0.0);
  const double tolerance = roundings * 0x1p-24 * magnitude;
  if (!o.out_bf16) return {sum, tolerance};
  const double activation = o.activation == Activation::none ? 0.0 : 0x1p-16 * std::fabs(before);
  return {sum, (tolerance + activation + 0x1p-8 * std::fabs(sum)) * 1.01};
}

void check(const Table& table, const Shape& s, const Options& o) {
  SCOPED_TRACE(describe(table, s, o));
  const Problem p(s);
  const Packed w(table, o.type, p.w.data(), s);
  const Output out = run(table, p, w, o, 0, s.m);
  size_t wrong = 0;
  for (size_t j = 0; j < s.n; ++j) {
    const auto weights = effective_weights(p, o.type, j);
    for (size_t m = 0; m < s.m; ++m) {
      const Expected e = expected(p, o, weights, m, j);
      const double got = out.at(m * p.ld_out + j);
      if (std::fabs(got - e.value) <= e.tolerance) continue;
      if (++wrong == 1) ADD_FAILURE() << "row " << m << " column " << j << ": " << got << " for " << e.value;
    }
  }
  EXPECT_EQ(wrong, 0U);
  const float sentinel = o.out_bf16 ? widen(narrow(kSentinel)) : kSentinel;
  for (size_t m = 0; m < s.m; ++m) {
    for (size_t j = s.n; j < p.ld_out; ++j) ASSERT_EQ(out.at(m * p.ld_out + j), sentinel) << "wrote behind row " << m;
  }
}

constexpr WeightType kTypes[] = {WeightType::f32, WeightType::bf16, WeightType::int8};

TEST(Gemm, AgreesWithASumInDoublePrecisionAtEveryLevel) {
  const Shape shapes[] = {{1, 1, 1},    {2, 8, 3},     {5, 31, 16},    {6, 64, 64},   {7, 65, 65},   {16, 384, 384},
                          {31, 64, 65}, {64, 31, 384}, {1, 384, 65},   {2, 65, 1536}, {31, 8, 1536}, {16, 1, 64},
                          {64, 65, 3},  {5, 384, 16},  {7, 384, 1536}, {33, 33, 130}, {17, 70, 129}, {6, 31, 1}};
  for (const Table* table : available()) {
    for (const WeightType type : kTypes) {
      for (const Shape& s : shapes) check(*table, s, {.type = type});
    }
  }
}

TEST(Gemm, AppliesBiasActivationResidualAndOutputTypeInEveryCombination) {
  for (const Table* table : available()) {
    for (const WeightType type : kTypes) {
      for (int bits = 0; bits < 24; ++bits) {
        const Options o = {.type = type,
                           .bias = (bits & 1) != 0,
                           .activation = static_cast<Activation>(bits / 8),
                           .residual = (bits & 2) != 0,
                           .out_bf16 = (bits & 4) != 0};
        check(*table, {9, 77, 70}, o);
      }
    }
  }
}

TEST(Gemm, GivesARowTheSameBitsInAnyBatch) {
  const Shape s = {70, 70, 131};
  const Problem p(s);
  for (const Table* table : available()) {
    for (const WeightType type : kTypes) {
      const Options o = {.type = type, .activation = Activation::gelu_erf, .residual = true};
      const Packed w(*table, type, p.w.data(), s);
      const Output all = run(*table, p, w, o, 0, s.m);
      for (size_t rows = 1; rows <= s.m; ++rows) {
        const size_t first = rows * 13 % (s.m - rows + 1);
        const Output part = run(*table, p, w, o, first, rows);
        ASSERT_EQ(std::memcmp(part.f32.data(), all.f32.data() + first * p.ld_out, rows * p.ld_out * sizeof(float)), 0)
            << describe(*table, s, o) << ": rows " << first << " + " << rows;
      }
    }
  }
}

TEST(Gemm, GivesTheSameBitsWhenRowsExceedOneBlockOfTheCache) {
  const Shape s = {700, 40, 1100};
  const Problem p(s);
  for (const Table* table : available().subspan(available().size() > 1 ? 1 : 0)) {
    for (const WeightType type : kTypes) {
      const Packed w(*table, type, p.w.data(), s);
      const Output all = run(*table, p, w, {.type = type}, 0, s.m);
      for (const size_t first : {0, 95, 350, 699}) {
        const Output one = run(*table, p, w, {.type = type}, first, 1);
        ASSERT_EQ(std::memcmp(one.f32.data(), all.f32.data() + first * p.ld_out, s.n * sizeof(float)), 0)
            << describe(*table, s, {.type = type}) << " row " << first;
      }
    }
  }
}

/// w [n, k] as it comes out of the packing's rotation, so that packed weights are w itself: the rotation turned back.
std::vector<float> rotated_back(const std::vector<float>& w, const Shape& s) {
  std::vector<float> out;
  for (size_t j = 0; j < s.n; ++j) {
    std::vector<float> row = rotated(w.data() + j * s.k, s.k);  // its own inverse, but for the number of terms
    for (size_t i = 0; i < s.k / kRotationWidth * kRotationWidth; ++i) row[i] *= static_cast<float>(kRotationTerms);
    for (size_t i = s.k / kRotationWidth * kRotationWidth; i < s.k; ++i) row[i] = w[j * s.k + i] * kUnrotatedFactor;
    out.insert(out.end(), row.begin(), row.end());
  }
  return out;
}

TEST(Gemm, SumsIntegersExactlyAtEveryLevel) {
  const Shape s = {9, 40, 1023};
  Problem p(s);
  for (size_t i = 0; i < p.w.size(); ++i) p.w[i] = static_cast<float>(static_cast<int>(i * 7919 % 255) - 127);
  for (size_t j = 0; j < s.n; ++j) p.w[j * s.k] = 127.0F;  // so that the scale is 1
  for (size_t i = 0; i < p.a_u8.size(); i += 3) p.a_u8[i] = 255;
  std::fill(p.scale.begin(), p.scale.end(), 1.0F);
  const std::vector<float> unrotated = rotated_back(p.w, s);
  for (const Table* table : available()) {
    const Packed w(*table, WeightType::int8, unrotated.data(), s);
    const Output out = run(*table, p, w, {.type = WeightType::int8, .bias = false}, 0, s.m);
    for (size_t m = 0; m < s.m; ++m) {
      for (size_t j = 0; j < s.n; ++j) {
        int64_t sum = 0;
        for (size_t k = 0; k < s.k; ++k) {
          sum += (int64_t{p.a_u8[m * p.lda + k]} - p.zero[m]) * static_cast<int64_t>(p.w[j * s.k + k]);
        }
        ASSERT_EQ(out.at(m * p.ld_out + j), static_cast<float>(sum)) << table->level << " " << m << " " << j;
      }
    }
  }
}

TEST(Gemm, OfQuantisedRowsIsNearTheUnrotatedProduct) {
  const Shape s = {5, 24, 400};  // three full groups, and inputs behind them
  const Problem p(s);
  for (const Table* table : available()) {
    const Packed w(*table, WeightType::int8, p.w.data(), s);
    Problem q = p;
    table->quantize_rows({.x_f32 = p.a.data(),
                          .ldx = p.lda,
                          .m = s.m,
                          .width = s.k,
                          .q = q.a_u8.data(),
                          .ldq = p.lda,
                          .scale = q.scale.data(),
                          .zero = q.zero.data()});
    const Output out = run(*table, q, w, {.type = WeightType::int8, .bias = false}, 0, s.m);
    for (size_t m = 0; m < s.m; ++m) {
      for (size_t j = 0; j < s.n; ++j) {
        double sum = 0.0;
        for (size_t k = 0; k < s.k; ++k) sum += static_cast<double>(p.a[m * p.lda + k]) * p.w[j * s.k + k];
        EXPECT_NEAR(out.at(m * p.ld_out + j), sum, 0.05) << table->level << " " << m << " " << j;
      }
    }
  }
}

TEST(Gemm, AddsAResidualInPlace) {
  const Shape s = {35, 50, 64};
  const Problem p(s);
  for (const Table* table : available()) {
    for (const WeightType type : kTypes) {
      const Options o = {.type = type, .residual = true};
      const Packed w(*table, type, p.w.data(), s);
      const Output apart = run(*table, p, w, o, 0, s.m);
      Problem q = p;
      GemmOutput y = {.bias = q.bias.data(), .residual = q.residual.data(), .ld_residual = q.ld_out};
      y.out_f32 = q.residual.data();
      y.ld_out = q.ld_out;
      if (type == WeightType::f32) table->gemm_f32({q.a.data(), q.lda, s.m, w.weight, y});
      if (type == WeightType::bf16) table->gemm_bf16({q.a_bf16.data(), q.lda, s.m, w.weight, y});
      if (type == WeightType::int8) {
        table->gemm_int8({q.a_u8.data(), q.lda, s.m, q.scale.data(), q.zero.data(), w.weight, y});
      }
      for (size_t m = 0; m < s.m; ++m) {
        ASSERT_EQ(std::memcmp(&q.residual[m * q.ld_out], &apart.f32[m * q.ld_out], s.n * sizeof(float)), 0)
            << describe(*table, s, o) << " row " << m;
      }
    }
  }
}

TEST(Gemm, DoesNothingWithNoRows) {
  const Shape s = {1, 20, 20};
  const Problem p(s);
  for (const Table* table : available()) {
    for (const WeightType type : kTypes) {
      const Packed w(*table, type, p.w.data(), s);
      for (const float value : run(*table, p, w, {.type = type}, 0, 0).f32) ASSERT_EQ(value, kSentinel);
    }
  }
}

/// Memory that ends where the process may not read.
class GuardedEnd {
 public:
  explicit GuardedEnd(size_t bytes) : page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))), bytes_(bytes) {
    size_ = (bytes + page_ - 1) / page_ * page_ + page_;
    map_ = static_cast<char*>(mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(map_ + size_ - page_, page_, PROT_NONE);
  }
  ~GuardedEnd() { munmap(map_, size_); }
  GuardedEnd(const GuardedEnd&) = delete;
  GuardedEnd& operator=(const GuardedEnd&) = delete;

  void* begin() const { return map_ + size_ - page_ - bytes_; }

 private:
  size_t page_, bytes_, size_;
  char* map_;
};

TEST(Gemm, NeverReadsOrWritesBehindTheLastRow) {
  const size_t element_bytes[] = {4, 2, 1};
  for (const Table* table : available()) {
    for (const Shape& s : {Shape{1, 5, 7}, {3, 17, 65}, {17, 33, 66}, {40, 70, 63}, {6, 65, 1}}) {
      const Problem p(s);
      for (const WeightType type : kTypes) {
        const Packed w(*table, type, p.w.data(), s);
        const GuardedEnd a(s.m * s.k * element_bytes[static_cast<size_t>(type)]);
        const GuardedEnd y_f32(s.m * s.n * sizeof(float));
        const GuardedEnd y_bf16(s.m * s.n * sizeof(bf16));
        const GuardedEnd bias(s.n * sizeof(float));
        GemmOutput y = {.bias = static_cast<float*>(bias.begin()), .activation = Activation::gelu_tanh};
        y.ld_out = y.ld_residual = s.n;
        for (const bool narrow_output : {false, true}) {
          y.out_f32 = narrow_output ? nullptr : static_cast<float*>(y_f32.begin());
          y.residual = y.out_f32;
          y.out_bf16 = narrow_output ? static_cast<bf16*>(y_bf16.begin()) : nullptr;
          if (type == WeightType::f32) table->gemm_f32({static_cast<float*>(a.begin()), s.k, s.m, w.weight, y});
          if (type == WeightType::bf16) table->gemm_bf16({static_cast<bf16*>(a.begin()), s.k, s.m, w.weight, y});
          if (type == WeightType::int8) {
            table->gemm_int8({static_cast<uint8_t*>(a.begin()), s.k, s.m, p.scale.data(), p.zero.data(), w.weight, y});
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace vicinal::kernels
