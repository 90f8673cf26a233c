#include "base/framed_file.h"

#include <xxhash.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "base/digest.h"

namespace vicinal::base {
namespace {

static_assert(std::endian::native == std::endian::little, "the formats are little-endian");

constexpr std::string_view kHeaderMagic{"VICINAL\0", 8};
constexpr std::string_view kFooterMagic{"VICIEND\0", 8};
constexpr size_t kKindBytes = 8;
constexpr size_t kBufferBytes = size_t{2} << 20;  // written whole and at multiples of it: see MappedFile

/// Byte offsets within the header and the footer.
constexpr size_t kKindAt = 8, kVersionAt = 16, kFlagsAt = 20, kIdentityAt = 24, kReservedAt = 32, kHeaderHashAt = 56;
constexpr size_t kPayloadBytesAt = 8, kPayloadHashAt = 16, kFooterHashAt = 24;

template <class Value>
void store(std::span<std::byte> out, size_t at, Value value) {
  std::memcpy(out.subspan(at, sizeof value).data(), &value, sizeof value);
}

template <class Value>
Value load(std::span<const std::byte> bytes, size_t at) {
  Value value;
  std::memcpy(&value, bytes.subspan(at, sizeof value).data(), sizeof value);
  return value;
}

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string padded_kind(std::string_view kind) {
  VICINAL_CHECK_LE(kind.size(), kKindBytes);
  std::string padded(kind);
  padded.resize(kKindBytes, '\0');
  return padded;
}

/// Bytes of a foreign file as something that can be shown.
std::string printable(std::string_view bytes) {
  std::string text(bytes.substr(0, bytes.find('\0')));
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c > 0x7E; }, '?');
  return text;
}

Result<> check_version(uint32_t version, FrameVersions versions, const std::string& path) {
  if (version >= versions.oldest && version <= versions.newest) return {};
  const bool newer = version > versions.newest;
  return Error(Code::unsupported, newer ? "the file was written by a newer version of the program"
                                        : "the file's format is too old for this version of the program")
      .with("path", path)
      .with("version", version)
      .with("oldest", versions.oldest)
      .with("newest", versions.newest);
}

Result<> check_footer(std::span<const std::byte> footer, uint64_t payload_bytes, const std::string& path) {
  if (as_text(footer.first(kFooterMagic.size())) != kFooterMagic ||
      load<uint64_t>(footer, kFooterHashAt) != xxh3_64(footer.first(kFooterHashAt))) {
    return Error(Code::corrupt, "the file's footer is damaged or the file is cut short").with("path", path);
  }
  if (const auto said = load<uint64_t>(footer, kPayloadBytesAt); said != payload_bytes) {
    return Error(Code::corrupt, "the file's length is not what its footer says")
        .with("path", path)
        .with("payload_bytes", payload_bytes)
        .with("footer_says", said);
  }
  return {};
}

}  // namespace

void encode_header(const FrameHeader& header, std::span<std::byte, kFrameHeaderBytes> out) {
  std::fill(out.begin(), out.end(), std::byte{0});
  std::memcpy(out.data(), kHeaderMagic.data(), kHeaderMagic.size());
  std::memcpy(out.data() + kKindAt, padded_kind(header.kind).data(), kKindBytes);
  store(out, kVersionAt, header.version);
  store(out, kFlagsAt, header.flags);
  store(out, kIdentityAt, header.identity);
  store(out, kHeaderHashAt, xxh3_64(out.first(kHeaderHashAt)));
}

Result<FrameHeader> decode_header(std::span<const std::byte> file, std::string_view kind, FrameVersions versions,
                                  const std::string& path) {
  if (file.size() < kFrameHeaderBytes) {
    return Error(Code::corrupt, "the file's header is cut short")
        .with("path", path)
        .with("bytes", file.size())
        .with("need", kFrameHeaderBytes);
  }
  const auto bytes = file.first(kFrameHeaderBytes);
  if (as_text(bytes.first(kHeaderMagic.size())) != kHeaderMagic) {
    return Error(Code::corrupt, "the file is not one of vicinal's").with("path", path);
  }
  if (load<uint64_t>(bytes, kHeaderHashAt) != xxh3_64(bytes.first(kHeaderHashAt))) {
    return Error(Code::corrupt, "the file's header is damaged").with("path", path);
  }
  const std::string_view found = as_text(bytes.subspan(kKindAt, kKindBytes));
  if (found != padded_kind(kind)) {
    return Error(Code::corrupt, "the file is of another kind")
        .with("path", path)
        .with("kind", printable(found))
        .with("expected", kind);
  }
  const FrameHeader header{std::string(kind), load<uint32_t>(bytes, kVersionAt), load<uint32_t>(bytes, kFlagsAt),
                           load<uint64_t>(bytes, kIdentityAt)};
  VICINAL_TRY_VOID(check_version(header.version, versions, path));
  const auto reserved = bytes.subspan(kReservedAt, kHeaderHashAt - kReservedAt);
  if (std::any_of(reserved.begin(), reserved.end(), [](std::byte b) { return b != std::byte{0}; })) {
    return Error(Code::corrupt, "the file's header uses reserved bytes").with("path", path);
  }
  return header;
}

struct FrameWriter::State {
  explicit State(File opened) : file(std::move(opened)), hash(XXH3_createState()) {
    VICINAL_CHECK(hash != nullptr && XXH3_64bits_reset(hash) == XXH_OK);
  }
  State(const State&) = delete;
  ~State() {
    XXH3_freeState(hash);
    if (!finished) ::unlink(file.path().c_str());
  }

  Result<> put(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const auto part = bytes.first(std::min(bytes.size(), kBufferBytes - buffer.size()));
      buffer.insert(buffer.end(), part.begin(), part.end());
      bytes = bytes.subspan(part.size());
      if (buffer.size() == kBufferBytes) VICINAL_TRY_VOID(flush());
    }
    return {};
  }

  Result<> flush() {
    VICINAL_TRY_VOID(file.write_at(written, buffer));
    written += buffer.size();
    buffer.clear();
    return {};
  }

  File file;
  XXH3_state_t* hash;
  uint64_t payload_bytes = 0;
  uint64_t written = 0;           ///< bytes of the file on their way to the disk
  std::vector<std::byte> buffer;  ///< those that follow
  bool finished = false;
};

Result<FrameWriter> FrameWriter::create(const std::string& path, const FrameHeader& header) {
  VICINAL_TRY(File file, File::open(path, File::Mode::create_exclusive));
  FrameWriter writer(new State(std::move(file)));
  std::array<std::byte, kFrameHeaderBytes> bytes;
  encode_header(header, bytes);
  VICINAL_TRY_VOID(writer.state_->put(bytes));
  return writer;
}

FrameWriter::FrameWriter(State* state) : state_(state) {}
FrameWriter::FrameWriter(FrameWriter&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
FrameWriter::~FrameWriter() { delete state_; }

FrameWriter& FrameWriter::operator=(FrameWriter&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

Result<> FrameWriter::append(std::span<const std::byte> bytes) {
  XXH3_64bits_update(state_->hash, bytes.data(), bytes.size());
  state_->payload_bytes += bytes.size();
  return state_->put(bytes);
}

uint64_t FrameWriter::payload_bytes() const { return state_->payload_bytes; }

Result<> FrameWriter::finish(Durability durability) {
  std::array<std::byte, kFrameFooterBytes> footer;
  std::memcpy(footer.data(), kFooterMagic.data(), kFooterMagic.size());
  store<uint64_t>(footer, kPayloadBytesAt, state_->payload_bytes);
  store<uint64_t>(footer, kPayloadHashAt, XXH3_64bits_digest(state_->hash));
  store<uint64_t>(footer, kFooterHashAt, xxh3_64(std::span<const std::byte>(footer).first(kFooterHashAt)));
  VICINAL_TRY_VOID(state_->put(footer));
  VICINAL_TRY_VOID(state_->flush());
  if (durability == Durability::synced) VICINAL_TRY_VOID(state_->file.sync());
  state_->finished = true;
  return {};
}

Result<std::span<const std::byte>> framed_payload(const MappedFile& file, std::string_view kind, FrameVersions versions,
                                                  Verify verify, FrameHeader* header) {
  VICINAL_TRY(FrameHeader found, decode_header(file.bytes(), kind, versions, file.path()));
  const auto rest = file.bytes().subspan(kFrameHeaderBytes);
  if (rest.size() < kFrameFooterBytes) {
    return Error(Code::corrupt, "the file is cut short").with("path", file.path()).with("bytes", file.size());
  }
  const auto payload = rest.first(rest.size() - kFrameFooterBytes);
  const auto footer = rest.last(kFrameFooterBytes);
  VICINAL_TRY_VOID(check_footer(footer, payload.size(), file.path()));
  if (verify == Verify::everything && load<uint64_t>(footer, kPayloadHashAt) != xxh3_64(payload)) {
    return Error(Code::corrupt, "the file's contents do not match their checksum")
        .with("path", file.path())
        .with("payload_bytes", payload.size());
  }
  if (header != nullptr) *header = std::move(found);
  return payload;
}

}  // namespace vicinal::base
