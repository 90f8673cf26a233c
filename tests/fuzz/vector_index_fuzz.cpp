// Any bytes as the body of a vector index, behind a sound frame. Hashes are made right where the sizes allow it, so
// that what stands in the file is believed as far as the reader believes anything; then it is searched, changed and
// saved.
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/framed_file.h"
#include "index/code_file.h"
#include "vicinal/vector_index.h"

namespace {

namespace base = vicinal::base;
namespace index = vicinal::index;

constexpr size_t kOwnHeader = 64;  // u64 rows, u32 dimensions, u32 metric, u32 rows a block, u32 rows a code block …
constexpr size_t kMostRows = 64;

template <class T>
T number_at(const std::string& body, size_t at) {
  T number;
  std::memcpy(&number, body.data() + at, sizeof number);
  return number;
}

void put(std::string& body, size_t at, uint64_t number) { std::memcpy(body.data() + at, &number, sizeof number); }

// Of a file of one block of each kind: what a writer would have put into the table.
void make_hashes_right(std::string& body) {
  put(body, kOwnHeader - 8, base::xxh3_64(std::string_view(body).substr(0, kOwnHeader - 8)));
  const auto rows = number_at<uint64_t>(body, 0);
  const uint64_t dimensions = number_at<uint32_t>(body, 8), metric = number_at<uint32_t>(body, 12);
  const uint64_t row_bytes = metric == 4 ? (dimensions / 8 + 3) / 4 * 4 : dimensions * 4;
  if (rows == 0 || rows > kMostRows || dimensions > 65536 || number_at<uint32_t>(body, 16) < rows) return;
  const bool coded = number_at<uint32_t>(body, 20) >= rows;
  const uint64_t ids_at = kOwnHeader + index::aligned(rows * row_bytes);
  const uint64_t codes_at = ids_at + index::aligned(rows * sizeof(index::RowId));
  const uint64_t code_bytes = coded ? index::aligned(rows * (index::code_width(dimensions) + 12)) : 0;
  const uint64_t table_at = codes_at + code_bytes, sums = coded ? 4 : 3;
  if (table_at + sums * 8 != body.size()) return;
  const std::string_view view = body;
  put(body, table_at, base::xxh3_64(view.substr(kOwnHeader, rows * row_bytes)));
  put(body, table_at + 8, base::xxh3_64(view.substr(ids_at, rows * sizeof(index::RowId))));
  if (coded) put(body, table_at + 16, base::xxh3_64(view.substr(codes_at, code_bytes)));
  put(body, body.size() - 8, base::xxh3_64(view.substr(table_at, (sums - 1) * 8)));
}

bool write_file(const std::string& path, const std::string& body) {
  ::unlink(path.c_str());
  auto frame = base::FrameWriter::create(path, {.kind = "vecindex", .version = 1, .identity = 7});
  return frame && frame->append(std::as_bytes(std::span(body))).ok() &&
         frame->finish(base::Durability::may_be_lost).ok();
}

void use(vicinal::VectorIndex& loaded, const std::string& path) {
  const size_t dimensions = loaded.options().dimensions;
  const std::vector<uint64_t> ids = {1, 1000};
  if (loaded.options().kind == vicinal::VectorKind::bits) {
    const std::vector<uint8_t> query(dimensions / 8, 0x5A), rows(dimensions / 4, 0x11);
    (void)loaded.search_bits(query, {.limit = 3});
    (void)loaded.add_bits(ids, rows).ok();
    (void)loaded.search_bits(query, {.limit = 3});
  } else {
    const std::vector<float> query(dimensions, 0.5F), rows(2 * dimensions, 0.25F);
    (void)loaded.search(query, {.limit = 1});
    (void)loaded.search(query, {.limit = 100, .accept = [](uint64_t id) { return id % 3 != 0; }});
    (void)loaded.add(ids, rows).ok();
    (void)loaded.search(query, {.limit = 3});
  }
  (void)loaded.remove(ids).ok();
  (void)loaded.save(path).ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::string path = "/tmp/vicinal-fuzz-vector-index-" + std::to_string(::getpid());
  std::string body(reinterpret_cast<const char*>(data), size);
  body.resize(std::max(body.size(), kOwnHeader));
  make_hashes_right(body);
  if (!write_file(path, body)) return 0;
  if (auto loaded = vicinal::VectorIndex::load(path)) use(*loaded, path + ".saved");
  ::unlink(path.c_str());
  ::unlink((path + ".saved").c_str());
  return 0;
}
