#include "engine/tar_archive.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace vicinal::engine {
namespace {

constexpr size_t kBlock = 512;
constexpr size_t kMaxExtendedHeader = size_t{1} << 20;

struct CloseGzip {
  void operator()(gzFile_s* file) const { gzclose_r(file); }
};

using Block = std::array<char, kBlock>;

std::string_view field(const Block& header, size_t offset, size_t length) {
  const std::string_view raw(header.data() + offset, length);
  return raw.substr(0, raw.find('\0'));
}

/// Octal digits between blanks; nullopt for anything else, also for GNU's binary form (files over 8 GiB).
std::optional<uint64_t> octal(std::string_view text) {
  uint64_t value = 0;
  bool any = false;
  for (const char c : text) {
    if (c == ' ') {
      if (any) break;
      continue;
    }
    if (c < '0' || c > '7' || value > (UINT64_MAX >> 3)) return std::nullopt;
    value = value * 8 + static_cast<uint64_t>(c - '0');
    any = true;
  }
  return any ? std::optional(value) : std::nullopt;
}

/// The sum of all header bytes with the checksum field taken as blanks (offset 148, 8 bytes).
bool checksum_holds(const Block& header) {
  uint64_t sum = 0;
  for (size_t i = 0; i < kBlock; ++i)
    sum += i >= 148 && i < 156 ? uint64_t{' '} : static_cast<unsigned char>(header[i]);
  return octal(field(header, 148, 8)) == sum;
}

/// The value of "path" in the records "LENGTH key=value\n" of a pax header.
std::string pax_path(std::string_view records) {
  std::string path;
  while (!records.empty()) {
    const size_t blank = records.find(' ');
    size_t length = 0;
    for (const char c : records.substr(0, std::min(blank, records.size()))) {
      if (c < '0' || c > '9' || length > kMaxExtendedHeader) return path;
      length = length * 10 + static_cast<size_t>(c - '0');
    }
    if (blank == std::string_view::npos || length <= blank + 1 || length > records.size()) return path;
    const std::string_view record = records.substr(blank + 1, length - blank - 2);  // without the line end
    if (record.starts_with("path=")) path = record.substr(5);
    records.remove_prefix(length);
  }
  return path;
}

class TarReader {
 public:
  TarReader(gzFile_s* file, UnpackTarget& target, const Watch& watch) : file_(file), target_(target), watch_(watch) {}

  Result<> unpack() {
    for (;;) {
      Block header;
      VICINAL_TRY_VOID(read(header.data(), kBlock));
      if (header[0] == '\0' && field(header, 0, 100).empty()) return {};  // the end: blocks of zeros
      if (!checksum_holds(header)) return target_.broken("a header of the archive is damaged");
      VICINAL_TRY_VOID(entry(header));
    }
  }

 private:
  Result<> read(void* out, size_t bytes) {
    const int got = gzread(file_, out, static_cast<unsigned>(bytes));
    return got == static_cast<int>(bytes) ? Result<>() : target_.broken("the archive is cut short or damaged");
  }

  /// The rest of the last block of `bytes`.
  Result<> skip_padding(uint64_t bytes) {
    Block rest;
    const size_t over = bytes % kBlock;
    return over == 0 ? Result<>() : read(rest.data(), kBlock - over);
  }

  Result<std::string> extended(uint64_t bytes) {
    if (bytes > kMaxExtendedHeader) return target_.broken("an extended header of the archive is too large");
    std::string text(bytes, '\0');
    VICINAL_TRY_VOID(read(text.data(), bytes));
    VICINAL_TRY_VOID(skip_padding(bytes));
    return text;
  }

  std::string take_name(const Block& header) {
    if (!long_name_.empty()) return std::exchange(long_name_, {});
    const std::string_view prefix = field(header, 257, 5) == "ustar" ? field(header, 345, 155) : std::string_view();
    std::string name(prefix);
    if (!name.empty()) name += '/';
    return name.append(field(header, 0, 100));
  }

  Result<> entry(const Block& header) {
    const auto bytes = octal(field(header, 124, 12));
    if (!bytes) return target_.broken("an entry of the archive has no readable size");
    const char type = header[156];
    if (type == 'g' || type == 'x' || type == 'L') {
      VICINAL_TRY(std::string text, extended(*bytes));
      if (type == 'x') long_name_ = pax_path(text);
      if (type == 'L') long_name_ = text.substr(0, text.find('\0'));
      return {};
    }
    std::string name = take_name(header);
    if (name.starts_with("./")) name.erase(0, 2);
    if (type == '5') return name.empty() ? Result<>() : target_.add_folder(name);
    if (type != '0' && type != '\0') return target_.broken("the archive holds a link or a device").with("entry", name);
    return copy_file(name, *bytes);
  }

  Result<> copy_file(const std::string& name, uint64_t bytes) {
    VICINAL_TRY_VOID(target_.begin_file(name, bytes));
    std::vector<std::byte> buffer(size_t{1} << 20);
    for (uint64_t left = bytes; left > 0;) {
      if (watch_.stop.stop_requested()) return Error(Code::interrupted, "stopped");
      const size_t part = static_cast<size_t>(std::min<uint64_t>(left, buffer.size()));
      VICINAL_TRY_VOID(read(buffer.data(), part));
      VICINAL_TRY_VOID(target_.write(std::span(buffer).first(part)));
      left -= part;
    }
    VICINAL_TRY_VOID(target_.end_file());
    if (watch_.progress) watch_.progress({.stage = "copy", .done = target_.bytes(), .note = {}});
    return skip_padding(bytes);
  }

  gzFile_s* file_;
  UnpackTarget& target_;
  const Watch& watch_;
  std::string long_name_;  // for the next entry
};

}  // namespace

Result<> unpack_tar_gz(const std::string& path, UnpackTarget& target, const Watch& watch) {
  const std::unique_ptr<gzFile_s, CloseGzip> file(gzopen(path.c_str(), "rbe"));
  if (file == nullptr) return target.broken("the archive cannot be opened");
  return TarReader(file.get(), target, watch).unpack();
}

}  // namespace vicinal::engine
