#include "read/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace vicinal::read {
namespace {

constexpr int kGzipOnly = 15 + 16;  // zlib's window bits, plus 16 for a gzip wrapper

class Inflater {
 public:
  explicit Inflater(std::string_view bytes) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    rest_ = bytes.size();
    ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
  }
  Inflater(const Inflater&) = delete;
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }

  bool ready() const { return ready_; }
  bool more_members() const { return left() >= 2 && stream_.next_in[0] == 0x1F && stream_.next_in[1] == 0x8B; }
  void next_member() { inflateReset(&stream_); }

  /// zlib's return code; `written` is how much of `out` was filled.
  int step(char* out, size_t room, size_t& written) {
    refill();
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(room);
    const int code = inflate(&stream_, Z_NO_FLUSH);
    written = room - stream_.avail_out;
    return code;
  }

 private:
  size_t left() const { return rest_ + stream_.avail_in; }
  void refill() {
    const auto more = static_cast<uInt>(std::min<size_t>(rest_, std::numeric_limits<uInt>::max() - stream_.avail_in));
    stream_.avail_in += more;
    rest_ -= more;
  }

  z_stream stream_ = {};
  size_t rest_ = 0;
  bool ready_ = false;
};

Error broken(const char* reason) { return Error(Code::corrupt, "the gzip data is damaged").with("reason", reason); }

}  // namespace

Result<std::string> unpack_gzip(std::string_view bytes, size_t max_bytes) {
  Inflater inflater(bytes);
  if (!inflater.ready()) return Error(Code::io, "cannot start zlib");
  std::string text;
  char buffer[1 << 15];
  while (true) {
    size_t written = 0;
    const int code = inflater.step(buffer, sizeof buffer, written);
    if (code != Z_OK && code != Z_STREAM_END) return broken(code == Z_BUF_ERROR ? "cut short" : "not valid");
    if (written > max_bytes - text.size()) {
      return Error(Code::too_long, "the file unpacks to more than the limit")
          .with("packed", bytes.size())
          .with("limit", max_bytes);
    }
    text.append(buffer, written);
    if (code == Z_OK) continue;
    if (!inflater.more_members()) return text;  // padding after the last member is ignored, as gzip does
    inflater.next_member();
  }
}

std::string unpack_gzip_head(std::string_view bytes, size_t max_bytes) {
  Inflater inflater(bytes);
  std::string head(max_bytes, '\0');
  size_t written = 0;
  if (inflater.ready()) inflater.step(head.data(), head.size(), written);
  head.resize(written);
  return head;
}

}  // namespace vicinal::read
