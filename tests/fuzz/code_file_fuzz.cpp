// Any bytes as the codes of a segment, behind a sound frame. Hashes are made right where the sizes allow it, so that
// what stands in the file is believed as far as the reader believes anything; then all of it is searched.
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/framed_file.h"
#include "index/code_file.h"
#include "index/score_bounds.h"
#include "kernels/table.h"

namespace {

namespace base = vicinal::base;
namespace index = vicinal::index;
namespace kernels = vicinal::kernels;

constexpr size_t kDimensions = 64;
constexpr uint64_t kIdentity = 7;
constexpr size_t kOwnHeader = 64;  // u64 rows, u32 dimensions, u32 rows per block, u64 content …, u64 checksum

template <class T>
T number_at(const std::string& body, size_t at) {
  T number;
  std::memcpy(&number, body.data() + at, sizeof number);
  return number;
}

void put(std::string& body, size_t at, uint64_t number) { std::memcpy(body.data() + at, &number, sizeof number); }

// One block, if the header says so: its hash and the table's.
void make_hashes_right(std::string& body) {
  put(body, kOwnHeader - 8, base::xxh3_64(std::string_view(body).substr(0, kOwnHeader - 8)));
  if (body.size() < kOwnHeader + 16) return;
  const std::string_view block = std::string_view(body).substr(kOwnHeader, body.size() - kOwnHeader - 16);
  put(body, body.size() - 16, base::xxh3_64(block));
  put(body, body.size() - 8, base::xxh3_64(std::string_view(body).substr(body.size() - 16, 8)));
}

bool write_file(const std::string& path, const std::string& body) {
  ::unlink(path.c_str());
  auto frame = base::FrameWriter::create(path, {.kind = "codes", .version = 1, .identity = kIdentity});
  return frame && frame->append(std::as_bytes(std::span(body))).ok() &&
         frame->finish(base::Durability::may_be_lost).ok();
}

void search(const index::CodeFile& file, const index::CodeBlock& block) {
  static const std::vector<float> query(kDimensions, 0.5F);
  static const index::QueryCodes codes(query);
  static const index::ScoreBounds bounds(codes, kDimensions, vicinal::Metric::cosine);
  const size_t rows = block.scale.size();
  std::vector<float> dots(rows);
  std::vector<uint64_t> selected((rows + 63) / 64);
  const kernels::QueryCode code = codes.view();
  kernels::active().dot_codes({&code, 1, block.codes, file.width(), rows, dots.data(), rows});
  kernels::SelectRows select = {dots.data(), block.scale.data(), block.error.data(), block.norm.data(), rows};
  select.selected = selected.data();
  bounds.aim(0.5, select);
  kernels::active().select_rows(select);
  for (size_t row = 0; row < rows; ++row)
    (void)bounds.range(dots[row], {block.scale[row], block.error[row], block.norm[row]});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::string path = "/tmp/vicinal-fuzz-codes-" + std::to_string(::getpid());
  std::string body(reinterpret_cast<const char*>(data), size);
  body.resize(std::max(body.size(), kOwnHeader));
  make_hashes_right(body);
  if (!write_file(path, body)) return 0;
  const auto file = index::CodeFile::open(
      {path, kIdentity, number_at<uint64_t>(body, 16), number_at<uint64_t>(body, 0), kDimensions});
  if (file) {
    (void)(*file)->sound();
    for (size_t i = 0; i < (*file)->blocks(); ++i)
      if (const auto block = (*file)->block(i)) search(**file, *block);
  }
  ::unlink(path.c_str());
  return 0;
}
