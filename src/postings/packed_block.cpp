#include "postings/packed_block.h"

#include <bit>
#include <cstring>
#include <utility>

namespace vicinal::postings {

namespace {

// Four lanes; every compiler of the project knows this extension on every processor.
using Lanes = uint32_t __attribute__((vector_size(16)));
constexpr size_t kPackedLanes = 4, kSteps = kBlock / kPackedLanes;

Lanes load(const std::byte* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof(lanes));
  return lanes;
}

template <unsigned kWidth>
Lanes number(const std::byte* in, size_t step) {
  constexpr uint32_t kMask = kWidth == 32 ? ~0u : (1u << kWidth) - 1;
  const size_t bit = step * kWidth, word = bit / 32, shift = bit % 32;
  Lanes value = load(in + word * sizeof(Lanes)) >> static_cast<uint32_t>(shift);
  if (shift + kWidth > 32) value |= load(in + (word + 1) * sizeof(Lanes)) << static_cast<uint32_t>(32 - shift);
  return value & kMask;
}

template <unsigned kWidth, class Take>
[[gnu::always_inline]] inline void each_step(const std::byte* in, Take&& take) {
  [&]<size_t... kStep>(std::index_sequence<kStep...>) {
    (take(kStep, kWidth == 0 ? Lanes{} : number < kWidth == 0 ? 1 : kWidth > (in, kStep)), ...);
  }(std::make_index_sequence<kSteps>());
}

template <unsigned kWidth>
void unpack_width(const std::byte* in, Block& out) {
  each_step<kWidth>(in,
                    [&](size_t step, Lanes value) { std::memcpy(&out[step * kPackedLanes], &value, sizeof(value)); });
}

template <unsigned kWidth>
void unpack_ascending_width(const std::byte* in, uint32_t before, Block& out) {
  Lanes sum = {before, before, before, before};
  each_step<kWidth>(in, [&](size_t step, Lanes value) {
    value += 1;
    value += __builtin_shufflevector(Lanes{}, value, 0, 4, 5, 6);
    value += __builtin_shufflevector(Lanes{}, value, 0, 1, 4, 5);
    value += sum;
    std::memcpy(&out[step * kPackedLanes], &value, sizeof(value));
    sum = __builtin_shufflevector(value, value, 3, 3, 3, 3);
  });
}

using Unpack = void (*)(const std::byte*, Block&);
using UnpackAscending = void (*)(const std::byte*, uint32_t, Block&);

template <size_t... kWidth>
constexpr std::array<Unpack, 33> unpack_table(std::index_sequence<kWidth...>) {
  return {unpack_width<kWidth>...};
}
template <size_t... kWidth>
constexpr std::array<UnpackAscending, 33> ascending_table(std::index_sequence<kWidth...>) {
  return {unpack_ascending_width<kWidth>...};
}

constexpr std::array<Unpack, 33> kUnpack = unpack_table(std::make_index_sequence<33>());
constexpr std::array<UnpackAscending, 33> kUnpackAscending = ascending_table(std::make_index_sequence<33>());

}  // namespace

unsigned width_of(const Block& values) {
  uint32_t bits = 0;
  for (const uint32_t value : values) bits |= value;
  return static_cast<unsigned>(std::bit_width(bits));
}

void pack(const Block& values, unsigned width, std::byte* out) {
  if (width == 0) return;
  std::array<uint32_t, kBlock> words{};
  for (size_t i = 0; i < kBlock; ++i) {
    const size_t lane = i % kPackedLanes, bit = i / kPackedLanes * width, word = bit / 32, shift = bit % 32;
    words[word * kPackedLanes + lane] |= values[i] << shift;
    if (shift + width > 32) words[(word + 1) * kPackedLanes + lane] |= values[i] >> (32 - shift);
  }
  std::memcpy(out, words.data(), packed_bytes(width));
}

void unpack(const std::byte* in, unsigned width, Block& out) { kUnpack[width](in, out); }

uint32_t unpack_one(const std::byte* in, unsigned width, size_t i) {
  if (width == 0) return 0;
  const size_t lane = i % kPackedLanes, bit = i / kPackedLanes * width, word = bit / 32, shift = bit % 32;
  const auto at = [&](size_t number) {
    uint32_t value;
    std::memcpy(&value, in + (number * kPackedLanes + lane) * sizeof(value), sizeof(value));
    return value;
  };
  uint64_t bits = at(word);
  if (shift + width > 32) bits |= uint64_t{at(word + 1)} << 32;
  return static_cast<uint32_t>((bits >> shift) & ((uint64_t{1} << width) - 1));
}

void unpack_ascending(const std::byte* in, unsigned width, uint32_t before, Block& out) {
  kUnpackAscending[width](in, before, out);
}

}  // namespace vicinal::postings
