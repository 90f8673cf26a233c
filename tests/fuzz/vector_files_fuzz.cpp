// Any bytes as the blocks of a tail or of a segment, behind a sound frame. The header's checksum is made right, so that
// what stands in it is believed as far as the reader believes anything.
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "index/segment_file.h"
#include "index/tail_file.h"

namespace {

namespace base = vicinal::base;
namespace index = vicinal::index;

constexpr size_t kDimensions = 4;
constexpr uint64_t kIdentity = 7;
constexpr size_t kOwnHeader = 64;  // of a tail's block and of a segment; its last eight bytes are its checksum

std::string file_of(const char* kind, std::string body) {
  body.resize(std::max(body.size(), kOwnHeader));
  const uint64_t checksum = base::xxh3_64(std::string_view(body).substr(0, kOwnHeader - 8));
  std::memcpy(body.data() + kOwnHeader - 8, &checksum, sizeof checksum);
  std::byte header[base::kFrameHeaderBytes];
  base::encode_header({.kind = kind, .version = 1, .identity = kIdentity}, header);
  return std::string(reinterpret_cast<const char*>(header), sizeof header) + body;
}

void touch(vicinal::Result<std::unique_ptr<index::VectorFile>> file) {
  if (!file) return;
  for (size_t block = 0; block < (*file)->blocks(); ++block) {
    (void)(*file)->block(block).ok();
    (void)(*file)->inverse_norms(block).ok();
    (void)(*file)->ids(block).size();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static const std::string path = "/tmp/vicinal-fuzz-vectors-" + std::to_string(::getpid());
  const bool tail = data[0] % 2 == 0;
  const uint64_t rows = data[0] / 2;
  const std::string file = file_of(tail ? "tail" : "segment", {reinterpret_cast<const char*>(data + 1), size - 1});
  if (!base::write_file_atomic(path, file)) return 0;
  if (tail) {
    touch(index::open_tail({path, kIdentity, kDimensions, rows, file.size()}));
  } else {
    touch(index::open_segment({path, kIdentity, kDimensions, rows, file.size()}));
  }
  ::unlink(path.c_str());
  return 0;
}
