#pragma once
/// Weights in the form that the kernels read, kept between runs: packing a model costs more than reading it.
///
/// FOLDER/DIGEST-LEVEL-PRECISION holds one packed block behind a record of all that its bytes depend on
/// (docs/formats/packed-weights.md). A file is taken only if that record is, byte for byte, the one asked for, and
/// its checksum agrees: anything else is packed anew and replaced. The checksum is verified at every start, for it
/// costs little where the pages have to be mapped anyway (43 MB: 2 ms), finds what no stamp of the file tells, and
/// makes syncing needless. What cannot be written is not kept: a cache costs time, never an error.

#include <cstddef>
#include <cstdint>
#include <future>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/aligned_buffer.h"
#include "base/mapped_file.h"
#include "kernels/table.h"

namespace vicinal::model {

/// What the bytes of a block depend on besides the weights' file and the version of packing.
struct PackedKey {
  std::string_view architecture;  ///< at most 32 bytes
  std::string_view level;         ///< at most 16 bytes
  kernels::WeightType type = kernels::WeightType::f32;
  uint64_t layout = 0;  ///< see Carver::layout
  size_t bytes = 0;     ///< length of the block
};

/// A block to be filled, or one that an earlier run filled. Move-only.
class PackedBlock {
 public:
  PackedBlock() = default;
  explicit PackedBlock(size_t bytes) : made_(bytes) {}
  PackedBlock(base::MappedFile file, std::span<const std::byte> block) : file_(std::move(file)), kept_(block) {}

  /// True: the bytes are there, and must not be written: they are a file's.
  bool filled() const { return kept_.data() != nullptr; }
  /// 64-byte aligned.
  std::byte* data() { return filled() ? const_cast<std::byte*>(kept_.data()) : made_.data(); }
  std::span<const std::byte> bytes() const { return filled() ? kept_ : made_.span(); }

 private:
  base::AlignedBuffer<std::byte> made_;
  base::MappedFile file_;
  std::span<const std::byte> kept_;
};

/// The packed forms of one file of weights. Cheap to copy; thread-safe. Processes may share a folder: a file is
/// written aside and renamed, by one of them at a time.
class PackedCache {
 public:
  /// Keeps nothing.
  PackedCache() = default;
  /// `weights_sha256`: 64 hex digits, or an empty string where the file cannot be read. While it is still being
  /// computed nothing is found, and `keep` waits for it: packing and hashing go on beside each other.
  PackedCache(std::string folder, std::shared_future<std::string> weights_sha256)
      : folder_(std::move(folder)), weights_sha256_(std::move(weights_sha256)) {}

  /// The block of an earlier run, else an empty one to be filled and then handed to `keep`.
  PackedBlock find(const PackedKey& key) const;
  /// Writes a block that was filled in this run; one that was found is there already.
  void keep(const PackedKey& key, const PackedBlock& block) const;

 private:
  std::string folder_;
  std::shared_future<std::string> weights_sha256_;
};

/// The block in the bytes of a cache file, if it is that of the weights and the key; else nothing.
std::optional<std::span<const std::byte>> packed_block(const base::MappedFile& file, std::string_view weights_sha256,
                                                       const PackedKey& key);

}  // namespace vicinal::model
