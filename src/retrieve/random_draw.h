#pragma once
/// Seeded random numbers that are the same on every machine and library (SplitMix64: Steele, Lea and Flood 2014).

#include <cstdint>

namespace vicinal::retrieve {

class RandomDraw {
 public:
  explicit RandomDraw(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  /// 0 to bound − 1; a bias of less than bound / 2^64. REQUIRES: bound > 0.
  uint64_t below(uint64_t bound) { return next() % bound; }

 private:
  uint64_t state_;
};

}  // namespace vicinal::retrieve
