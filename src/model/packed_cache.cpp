#include "model/packed_cache.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>

#include "base/digest.h"
#include "base/framed_file.h"
#include "kernels/pack.h"

namespace vicinal::model {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKind = "packed";
constexpr uint32_t kVersion = 1;
constexpr size_t kDigestDigits = 64;
constexpr size_t kNameDigits = 16;  // of the digest; the whole of it stands in the record
// A file that another process writes and that is no older is waited for by nobody and disturbed by nobody.
constexpr std::chrono::minutes kAbandonedAfter{10};

/// What stands before the block, so long that with the frame's header the block begins with a page: products of few
/// rows read f32 weights a tenth faster than from byte 256 on.
constexpr size_t kRecordBytes = 4032;
using Record = std::array<std::byte, kRecordBytes>;
constexpr size_t kLevelAt = 64, kPrecisionAt = 80, kArchitectureAt = 96, kLayoutAt = 128, kBytesAt = 136,
                 kPackingAt = 144;
static_assert(base::kFrameHeaderBytes + kRecordBytes == 4096);

std::string_view precision_name(kernels::WeightType type) {
  switch (type) {
    case kernels::WeightType::f32:
      return "f32";
    case kernels::WeightType::bf16:
      return "bf16";
    case kernels::WeightType::int8:
      return "int8";
  }
  return "";
}

void put_text(Record& record, size_t at, size_t room, std::string_view text) {
  VICINAL_CHECK_LE(text.size(), room);
  std::memcpy(record.data() + at, text.data(), text.size());
}

Record make_record(std::string_view weights_sha256, const PackedKey& key) {
  Record record = {};
  put_text(record, 0, kDigestDigits, weights_sha256);
  put_text(record, kLevelAt, kPrecisionAt - kLevelAt, key.level);
  put_text(record, kPrecisionAt, kArchitectureAt - kPrecisionAt, precision_name(key.type));
  put_text(record, kArchitectureAt, kLayoutAt - kArchitectureAt, key.architecture);
  const uint64_t bytes = key.bytes;
  const uint32_t packing = kernels::kPackingVersion;
  std::memcpy(record.data() + kLayoutAt, &key.layout, sizeof key.layout);
  std::memcpy(record.data() + kBytesAt, &bytes, sizeof bytes);
  std::memcpy(record.data() + kPackingAt, &packing, sizeof packing);
  return record;
}

std::string file_path(const std::string& folder, const std::string& weights_sha256, const PackedKey& key) {
  std::string path = folder + "/" + weights_sha256.substr(0, kNameDigits);
  return path.append("-").append(key.level).append("-").append(precision_name(key.type));
}

/// Makes way for a new file beside `path`: what a killed process left there is removed, but not what another writes.
std::string free_part(const std::string& path) {
  const std::string part = path + ".part";
  std::error_code none;
  const auto written = fs::last_write_time(part, none);
  if (!none && fs::file_time_type::clock::now() - written > kAbandonedAfter) fs::remove(part, none);
  return part;
}

/// Everything but the name. Not synced: a file that a crash cut short fails its checksum.
Result<> write_part(const std::string& part, const Record& record, std::span<const std::byte> block) {
  const base::FrameHeader header{std::string(kKind), kVersion, 0, base::xxh3_64(record)};
  VICINAL_TRY(base::FrameWriter writer, base::FrameWriter::create(part, header));
  VICINAL_TRY_VOID(writer.append(record));
  VICINAL_TRY_VOID(writer.append(block));
  return writer.finish(base::Durability::may_be_lost);
}

bool ready(const std::shared_future<std::string>& digest) {
  return digest.valid() && digest.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace

std::optional<std::span<const std::byte>> packed_block(const base::MappedFile& file, std::string_view weights_sha256,
                                                       const PackedKey& key) {
  // The frame's length, the identity and the record first: a stale file is not read to its end to be refused.
  if (file.size() != base::kFrameHeaderBytes + kRecordBytes + key.bytes + base::kFrameFooterBytes) return {};
  const Record record = make_record(weights_sha256, key);
  if (std::memcmp(file.bytes().data() + base::kFrameHeaderBytes, record.data(), record.size()) != 0) return {};
  base::FrameHeader header;
  const auto payload = base::framed_payload(file, kKind, {kVersion, kVersion}, base::Verify::everything, &header);
  if (!payload || header.identity != base::xxh3_64(record) || header.flags != 0) return {};
  return payload->subspan(kRecordBytes);
}

PackedBlock PackedCache::find(const PackedKey& key) const {
  if (ready(weights_sha256_) && weights_sha256_.get().size() == kDigestDigits) {
    auto file = base::MappedFile::open(file_path(folder_, weights_sha256_.get(), key));
    if (file) file->prefer_large_pages();
    const auto block = file ? packed_block(*file, weights_sha256_.get(), key) : std::nullopt;
    if (block) return {*std::move(file), *block};
  }
  return PackedBlock(key.bytes);
}

void PackedCache::keep(const PackedKey& key, const PackedBlock& block) const {
  if (block.filled() || !weights_sha256_.valid() || weights_sha256_.get().size() != kDigestDigits) return;
  const std::string path = file_path(folder_, weights_sha256_.get(), key);
  std::error_code failure;
  fs::create_directories(folder_, failure);
  if (failure) return;
  const std::string part = free_part(path);
  if (!write_part(part, make_record(weights_sha256_.get(), key), block.bytes())) return;
  fs::rename(part, path, failure);
  if (failure) fs::remove(part, failure);
}

}  // namespace vicinal::model
