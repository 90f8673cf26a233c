#include "engine/npy_reader.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <filesystem>
#include <string_view>

namespace vicinal::engine {
namespace {

static_assert(std::endian::native == std::endian::little, "values are read as they lie in the file");

constexpr size_t kPrefixBytes = 8;                   // magic (6), version (2)
constexpr size_t kMaxHeaderBytes = size_t{1} << 16;  // of the dictionary; numpy's own are 118
constexpr size_t kMaxCols = size_t{1} << 16;

/// What follows 'key': in the header's dictionary, without blanks before it.
std::string_view value_of(std::string_view header, std::string_view key) {
  const std::string quoted = "'" + std::string(key) + "':";
  const size_t at = header.find(quoted);
  if (at == std::string_view::npos) return {};
  header.remove_prefix(at + quoted.size());
  header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
  return header;
}

/// "(3, 384)": two numbers. False for any other shape.
bool parse_shape(std::string_view text, size_t& rows, size_t& cols) {
  const auto number = [&](size_t& value) {
    text.remove_prefix(std::min(text.find_first_not_of(" ,("), text.size()));
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    text.remove_prefix(static_cast<size_t>(read.ptr - text.data()));
    return read.ec == std::errc();
  };
  if (!text.starts_with('(') || !number(rows) || !number(cols)) return false;
  return text.starts_with(')') || text.starts_with(",)");
}

}  // namespace

Error NpyReader::corrupt(const char* message) const { return Error(Code::corrupt, message).with("path", path_); }

Result<NpyReader> NpyReader::open(const std::string& path) {
  NpyReader reader;
  reader.path_ = path;
  reader.file_.open(path, std::ios::binary);
  if (!reader.file_) return Error(Code::not_found, "the file cannot be opened").with("path", path);
  VICINAL_TRY_VOID(reader.read_header());
  return reader;
}

Result<> NpyReader::read_header() {
  char prefix[kPrefixBytes] = {};
  unsigned char length_bytes[4] = {};
  file_.read(prefix, kPrefixBytes);
  const int version = prefix[6];
  if (!file_ || std::string_view(prefix, 6) != "\x93NUMPY" || version < 1 || version > 3)
    return corrupt("the file is no NumPy array");
  file_.read(reinterpret_cast<char*>(length_bytes), version == 1 ? 2 : 4);
  const size_t length =
      length_bytes[0] | size_t{length_bytes[1]} << 8 | size_t{length_bytes[2]} << 16 | size_t{length_bytes[3]} << 24;
  if (!file_ || length > kMaxHeaderBytes) return corrupt("the NumPy array's header is damaged");
  std::string header(length, ' ');
  file_.read(header.data(), static_cast<std::streamsize>(length));
  if (!file_) return corrupt("the NumPy array is cut short");
  const bool floats =
      value_of(header, "descr").starts_with("'<f4'") && value_of(header, "fortran_order").starts_with("False");
  if (!floats || !parse_shape(value_of(header, "shape"), rows_, cols_))
    return Error(Code::unsupported, "the NumPy array is no matrix of float32 in row order")
        .with("path", path_)
        .with("fix", "numpy.save(path, numpy.ascontiguousarray(vectors, dtype='<f4'))");
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path_, error);
  const auto data_at = static_cast<size_t>(file_.tellg());
  if (cols_ == 0 || cols_ > kMaxCols) return corrupt("the NumPy array's rows have an impossible length");
  if (error || rows_ > bytes / sizeof(float) / cols_ || bytes - data_at < rows_ * cols_ * sizeof(float))
    return corrupt("the NumPy array is cut short");
  return {};
}

Result<> NpyReader::read(std::span<float> out) {
  file_.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size_bytes()));
  if (!file_) return corrupt("the NumPy array became shorter while it was read");
  return {};
}

}  // namespace vicinal::engine
