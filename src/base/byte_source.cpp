#include "base/byte_source.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "base/file.h"

namespace vicinal::base {
namespace {

constexpr size_t kInputBytes = size_t{64} << 10;
constexpr int kGzipWindow = 15 + 16;  // largest window, gzip header (zlib.h, inflateInit2)
constexpr unsigned char kMagic[2] = {0x1F, 0x8B};

int open_descriptor(const std::string& path) {
  if (path != "-") return ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  return ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
}

}  // namespace

struct ByteSource::State {
  explicit State(File opened) : file(std::move(opened)) {}
  ~State() {
    if (inflating) inflateEnd(&stream);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  File file;
  std::vector<unsigned char> input = std::vector<unsigned char>(kInputBytes);
  size_t begin = 0, end = 0;  ///< of what `input` holds
  bool ended = false;         ///< the descriptor has no more
  bool sniffed = false, gzip = false;
  z_stream stream = {};
  bool inflating = false;    ///< stream is set up
  bool in_member = false;    ///< between a member's first and last byte
  bool more_inside = false;  ///< zlib filled the caller's buffer and may hold more

  Result<size_t> read_descriptor(void* to, size_t bytes) {
    while (true) {
      const ssize_t got = ::read(file.descriptor(), to, bytes);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_error("the file cannot be read to its end", file.path(), errno);
      ended = got == 0;
      return static_cast<size_t>(got);
    }
  }

  /// Adds to what `input` holds.
  Result<> fill() {
    if (begin == end) begin = end = 0;
    VICINAL_TRY(const size_t got, read_descriptor(input.data() + end, input.size() - end));
    end += got;
    return {};
  }

  bool at_magic() const { return end - begin >= 2 && std::equal(kMagic, kMagic + 2, input.data() + begin); }

  /// One byte decides unless it is the first of the two.
  Result<> sniff() {
    while (!ended && (end == 0 || (end == 1 && input[0] == kMagic[0]))) VICINAL_TRY_VOID(fill());
    sniffed = true;
    gzip = at_magic();
    return {};
  }

  Result<size_t> read_plain(std::span<char> out) {
    if (begin == end) return ended ? Result<size_t>(size_t{0}) : read_descriptor(out.data(), out.size());
    const size_t bytes = std::min(out.size(), end - begin);
    std::memcpy(out.data(), input.data() + begin, bytes);
    begin += bytes;
    return bytes;
  }

  Error damaged(const char* reason) const {
    return Error(Code::corrupt, "the file cannot be read to its end").with("path", file.path()).with("reason", reason);
  }

  /// False when no member follows.
  Result<bool> begin_member() {
    while (end - begin < 2 && !ended) {
      if (begin > 0) {  // a lone byte moves to the front, so that there is room behind it
        std::memmove(input.data(), input.data() + begin, end - begin);
        end -= begin;
        begin = 0;
      }
      VICINAL_TRY_VOID(fill());
    }
    if (!at_magic()) return false;
    const int status = inflating ? inflateReset(&stream) : inflateInit2(&stream, kGzipWindow);
    VICINAL_CHECK(status == Z_OK);
    inflating = in_member = true;
    return true;
  }

  /// One call of zlib; the bytes that came out of it.
  Result<size_t> inflate_some(std::span<char> out) {
    stream.next_in = input.data() + begin;
    stream.avail_in = static_cast<unsigned>(end - begin);
    stream.next_out = reinterpret_cast<unsigned char*>(out.data());
    stream.avail_out = static_cast<unsigned>(out.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    begin = end - stream.avail_in;
    more_inside = stream.avail_out == 0;
    if (status == Z_STREAM_END) in_member = more_inside = false;
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
      return damaged(stream.msg != nullptr ? stream.msg : "bad compressed data");
    return out.size() - stream.avail_out;
  }

  Result<size_t> read_gzip(std::span<char> out) {
    while (true) {
      if (!in_member) {
        VICINAL_TRY(const bool follows, begin_member());
        if (!follows) {
          begin = end = 0;
          ended = true;
          return size_t{0};
        }
      } else if (begin == end && !more_inside) {
        if (ended) return damaged("unexpected end of file");
        VICINAL_TRY_VOID(fill());
        if (ended) return damaged("unexpected end of file");
      }
      VICINAL_TRY(const size_t bytes, inflate_some(out));
      if (bytes > 0) return bytes;
    }
  }
};

ByteSource::ByteSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;

Result<ByteSource> ByteSource::open(const std::string& path) {
  const std::string shown = path == "-" ? "standard input" : path;
  const int descriptor = open_descriptor(path);
  if (descriptor < 0) return system_error("the file cannot be opened", shown, errno);
  return ByteSource(std::make_unique<State>(File(descriptor, shown)));
}

bool ByteSource::ready(std::chrono::milliseconds wait) {
  const State& s = *state_;
  if (s.begin != s.end || s.ended || s.more_inside) return true;
  pollfd descriptor{.fd = s.file.descriptor(), .events = POLLIN, .revents = 0};
  return ::poll(&descriptor, 1, static_cast<int>(wait.count())) > 0;  // a regular file is always ready
}

Result<size_t> ByteSource::read(std::span<char> out) {
  VICINAL_CHECK(!out.empty());
  if (!state_->sniffed) VICINAL_TRY_VOID(state_->sniff());
  return state_->gzip ? state_->read_gzip(out) : state_->read_plain(out);
}

const std::string& ByteSource::path() const { return state_->file.path(); }

}  // namespace vicinal::base
