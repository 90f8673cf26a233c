#pragma once
/// The header and footer that every binary file of the project carries, and the check of both.
///
/// Header (64 bytes, little-endian): magic "VICINAL\0", kind (8 bytes, zero-padded), u32 version, u32 flags,
/// u64 identity, 24 bytes reserved (zero), u64 XXH3-64 of the 56 bytes before it. Footer (32 bytes): magic
/// "VICIEND\0", u64 payload bytes, u64 XXH3-64 of the payload, u64 XXH3-64 of the 24 bytes before it.
/// Kind, version range, and then sizes are checked before anything is believed or allocated.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/mapped_file.h"

namespace vicinal::base {

inline constexpr size_t kFrameHeaderBytes = 64;
inline constexpr size_t kFrameFooterBytes = 32;

struct FrameHeader {
  std::string kind;  ///< at most 8 characters
  uint32_t version = 0;
  uint32_t flags = 0;
  uint64_t identity = 0;  ///< what the writer wants a reader to compare: a segment number, a collection id
};

struct FrameVersions {
  uint32_t oldest = 1;
  uint32_t newest = 1;
};

void encode_header(const FrameHeader& header, std::span<std::byte, kFrameHeaderBytes> out);
/// corrupt: wrong magic, kind or checksum, cut short. unsupported: older than `oldest` or newer than `newest`, said
/// apart.
Result<FrameHeader> decode_header(std::span<const std::byte> file, std::string_view kind, FrameVersions versions,
                                  const std::string& path);

/// Whether a file must outlive a crash of the machine once `finish` returns: what is not synced may be lost or torn.
enum class Durability { synced, may_be_lost };

/// Writes header, payload parts, footer to a new file and syncs it. The path must not exist. A writer that is
/// destroyed before `finish` succeeded removes its file.
class FrameWriter {
 public:
  static Result<FrameWriter> create(const std::string& path, const FrameHeader& header);
  FrameWriter(FrameWriter&&) noexcept;
  FrameWriter& operator=(FrameWriter&&) noexcept;
  ~FrameWriter();

  Result<> append(std::span<const std::byte> bytes);
  uint64_t payload_bytes() const;
  /// Footer, sync. The folder's entry is the caller's to sync.
  Result<> finish(Durability durability = Durability::synced);

 private:
  struct State;
  explicit FrameWriter(State* state);
  State* state_ = nullptr;
};

/// The payload of a framed file. With `verify` the payload's checksum is computed (one pass over the file).
enum class Verify { header_only, everything };
Result<std::span<const std::byte>> framed_payload(const MappedFile& file, std::string_view kind, FrameVersions versions,
                                                  Verify verify, FrameHeader* header = nullptr);

}  // namespace vicinal::base
