#pragma once
/// 128 numbers of equal width, packed so that four lanes of a vector register unpack side by side.
///
/// Number i lies in lane i % 4; each lane is a stream of 32 numbers of `width` bits in 32-bit words, the words of the
/// lanes interleaved (the vertical layout of Lemire and Boytsov, "Decoding billions of integers per second through
/// vectorization", 2015). 16 * width bytes.

#include <array>
#include <cstddef>
#include <cstdint>

namespace vicinal::postings {

inline constexpr size_t kBlock = 128;
using Block = std::array<uint32_t, kBlock>;

constexpr size_t packed_bytes(unsigned width) { return size_t{16} * width; }

/// Bits of the largest: 0 to 32.
unsigned width_of(const Block& values);

/// REQUIRES: no value needs more than `width` bits; `out` has packed_bytes(width).
void pack(const Block& values, unsigned width, std::byte* out);

/// `width` is 0 to 32; `in` has packed_bytes(width), at any alignment. Never reads beyond.
void unpack(const std::byte* in, unsigned width, Block& out);

/// Number `i` alone.
uint32_t unpack_one(const std::byte* in, unsigned width, size_t i);

/// Strictly ascending numbers from the gaps between them: out[i] = before + (i + 1) + the sum of gaps 0 … i. Wraps at
/// 2^32, so `before` of the very first number 0 is 2^32 - 1.
void unpack_ascending(const std::byte* in, unsigned width, uint32_t before, Block& out);

}  // namespace vicinal::postings
