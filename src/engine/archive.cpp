#include "engine/archive.h"

#include <zip.h>

#include <memory>
#include <vector>

#include "engine/tar_archive.h"
#include "engine/unpack_target.h"

namespace vicinal::engine {
namespace {

struct CloseZip {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseEntry {
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};

/// Links and devices stand in the upper half of the attributes where a Unix program made the archive.
bool is_special(zip_t* archive, zip_uint64_t index) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  if (zip_file_get_external_attributes(archive, index, 0, &system, &attributes) != 0) return false;
  const zip_uint32_t type = (attributes >> 16) & 0170000;
  return system == ZIP_OPSYS_UNIX && type != 0 && type != 0100000 && type != 0040000;
}

Result<> copy_entry(zip_t* archive, zip_uint64_t index, UnpackTarget& target, const Watch& watch) {
  const std::unique_ptr<zip_file_t, CloseEntry> entry(zip_fopen_index(archive, index, 0));
  if (entry == nullptr) return target.broken(zip_strerror(archive));
  std::vector<std::byte> buffer(size_t{1} << 20);
  for (;;) {
    if (watch.stop.stop_requested()) return Error(Code::interrupted, "stopped");
    const zip_int64_t got = zip_fread(entry.get(), buffer.data(), buffer.size());
    if (got < 0) return target.broken(zip_file_strerror(entry.get()));  // also: its checksum is wrong
    if (got == 0) return {};
    VICINAL_TRY_VOID(target.write(std::span(buffer).first(static_cast<size_t>(got))));
  }
}

Result<> unpack_entry(zip_t* archive, zip_uint64_t index, UnpackTarget& target, const Watch& watch) {
  zip_stat_t stat;
  if (zip_stat_index(archive, index, ZIP_FL_ENC_RAW, &stat) != 0 || (stat.valid & ZIP_STAT_NAME) == 0 ||
      (stat.valid & ZIP_STAT_SIZE) == 0)
    return target.broken("an entry of the archive cannot be read");
  const std::string name = stat.name;
  if (is_special(archive, index)) return target.broken("the archive holds a link").with("entry", name);
  if (name.ends_with('/')) return target.add_folder(name);
  VICINAL_TRY_VOID(target.begin_file(name, stat.size));
  VICINAL_TRY_VOID(copy_entry(archive, index, target, watch));
  return target.end_file();
}

Result<> unpack_zip(const std::string& path, UnpackTarget& target, const Watch& watch, const UnpackLimits& limits) {
  int code = 0;
  const std::unique_ptr<zip_t, CloseZip> archive(zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
  if (archive == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    return target.broken("the archive cannot be read").with("reason", reason);
  }
  const zip_int64_t entries = zip_get_num_entries(archive.get(), 0);
  if (entries < 0 || static_cast<size_t>(entries) > limits.max_entries)
    return target.broken("the archive has too many entries").with("limit", limits.max_entries);
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(entries); ++i) {
    VICINAL_TRY_VOID(unpack_entry(archive.get(), i, target, watch));
    if (watch.progress) watch.progress({.stage = "copy", .done = target.bytes(), .note = {}});
  }
  return {};
}

bool is_zip_name(std::string_view path) {
  return path.ends_with(".zip") || path.ends_with(".whl") || path.ends_with(".jar");
}
bool is_tar_name(std::string_view path) { return path.ends_with(".tar.gz") || path.ends_with(".tgz"); }

}  // namespace

bool is_archive_name(std::string_view path) { return is_zip_name(path) || is_tar_name(path); }

Result<> unpack(const std::string& archive, const std::string& folder, const Watch& watch, const UnpackLimits& limits) {
  UnpackTarget target(archive, folder, limits);
  if (is_zip_name(archive)) return unpack_zip(archive, target, watch, limits);
  if (is_tar_name(archive)) return unpack_tar_gz(archive, target, watch);
  return Error(Code::unsupported, "no archive of a kind that can be unpacked (.zip .whl .jar .tar.gz .tgz)")
      .with("archive", archive);
}

}  // namespace vicinal::engine
