// Any bytes as a file of packed weights: as they are, and behind the frame and the record that the reader asks for.
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "base/digest.h"
#include "base/framed_file.h"
#include "model/packed_cache.h"

namespace {

namespace base = vicinal::base;
namespace model = vicinal::model;

constexpr size_t kRecord = 4032;

const std::string& digest() {
  static const std::string hex(64, 'a');
  return hex;
}

void read(std::string_view file, size_t block_bytes) {
  static const std::string path = "/tmp/vicinal-fuzz-packed-" + std::to_string(::getpid());
  std::ofstream(path, std::ios::binary) << file;  // not base's writers: they sync
  const auto mapped = base::MappedFile::open(path);
  ::unlink(path.c_str());
  const model::PackedKey key = {.architecture = "bert", .level = "avx2", .layout = 7, .bytes = block_bytes};
  const auto block = mapped ? model::packed_block(*mapped, digest(), key) : std::nullopt;
  if (!block) return;
  VICINAL_CHECK_EQ(block->size(), block_bytes);
  const auto bytes = mapped->bytes();
  VICINAL_CHECK(block->data() >= bytes.data() && block->data() + block_bytes <= bytes.data() + bytes.size());
}

/// The frame's checksums made right, so that the record is believed as far as the reader believes anything.
std::string framed(std::string_view payload) {
  static const std::string path = "/tmp/vicinal-fuzz-packed-frame-" + std::to_string(::getpid());
  const auto bytes = std::as_bytes(std::span(payload));
  const uint64_t identity = base::xxh3_64(bytes.first(std::min(kRecord, bytes.size())));
  auto writer = base::FrameWriter::create(path, {"packed", 1, 0, identity});
  if (!writer || !writer->append(bytes) || !writer->finish(base::Durability::may_be_lost)) return "";
  std::string file = base::read_file(path).value();
  ::unlink(path.c_str());
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t around = base::kFrameHeaderBytes + kRecord + base::kFrameFooterBytes;
  read(input, size > around ? size - around : 0);
  read(framed(input), size > kRecord ? size - kRecord : 0);
  return 0;
}
