#include "base/digest.h"

// The interface of OpenSSL 1.1: that of 3 reads configuration files and sets up providers before it hashes a byte,
// which takes a millisecond of every run. The code that hashes is the same.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <xxhash.h>

#include <algorithm>
#include <vector>

#include "base/file.h"

namespace vicinal::base {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

void append_hex(std::string& out, uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4) out.push_back(kHexDigits[(value >> shift) & 15]);
}

}  // namespace

uint64_t xxh3_64(std::span<const std::byte> bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

uint64_t xxh3_64(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Hash128 xxh3_128(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

std::string to_hex(const Hash128& hash) {
  std::string hex;
  append_hex(hex, hash.high);
  append_hex(hex, hash.low);
  return hex;
}

struct Sha256::State {
  SHA256_CTX context = {};
  State() { start(); }
  void start() { VICINAL_CHECK_EQ(SHA256_Init(&context), 1); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

Sha256& Sha256::update(std::span<const std::byte> bytes) {
  VICINAL_CHECK_EQ(SHA256_Update(&state_->context, bytes.data(), bytes.size()), 1);
  return *this;
}

Sha256& Sha256::update(std::string_view bytes) { return update(std::as_bytes(std::span(bytes))); }

std::string Sha256::finish_hex() {
  std::array<unsigned char, 32> digest = {};
  VICINAL_CHECK_EQ(SHA256_Final(digest.data(), &state_->context), 1);
  state_->start();
  std::string hex;
  for (unsigned char byte : digest) {
    hex.push_back(kHexDigits[byte >> 4]);
    hex.push_back(kHexDigits[byte & 15]);
  }
  return hex;
}

std::string sha256_hex(std::string_view bytes) { return Sha256().update(bytes).finish_hex(); }

Result<std::string> sha256_file(const std::string& path) {
  VICINAL_TRY(const File file, File::open(path, File::Mode::read));
  VICINAL_TRY(const uint64_t size, file.size());
  std::vector<std::byte> buffer(std::min<uint64_t>(size, 1u << 20));
  Sha256 hash;
  for (uint64_t offset = 0; offset < size; offset += buffer.size()) {
    const std::span<std::byte> piece = std::span(buffer).first(std::min<uint64_t>(buffer.size(), size - offset));
    VICINAL_TRY_VOID(file.read_at(offset, piece));
    hash.update(piece);
  }
  return hash.finish_hex();
}

}  // namespace vicinal::base
