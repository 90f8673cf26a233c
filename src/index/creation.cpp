#include "index/creation.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "base/framed_file.h"
#include "index/manifest.h"
#include "index/schema.h"
#include "index/tail_file.h"

namespace vicinal::index {

namespace {

constexpr uint64_t kFirstFile = 1;

uint64_t random_number() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

Result<> check_identity(const StoreIdentity& identity) {
  if (identity.space.empty()) return Error(Code::invalid_argument, "a new collection needs the digest of its space");
  if (identity.dimensions == 0 || identity.dimensions > kMaxDimensions)
    return Error(Code::invalid_argument, "dimensions of a new collection are out of range")
        .with("dimensions", identity.dimensions);
  return {};
}

Result<> check_content(const std::string& folder, const FolderContent& content) {
  VICINAL_TRY_VOID(check_place(folder, content));
  const bool data = std::ranges::any_of(content.vector_files, [](const FolderContent::VectorFile& file) {
    return file.kind == VectorFileKind::segment || file.bytes > base::kFrameHeaderBytes;
  });
  if (data)
    return Error(Code::corrupt, "vector files lie in the folder, but their database is gone").with("path", folder);
  return {};
}

// Files of a creation that was cut short.
void clear_attempt(const std::string& folder, const FolderContent& content) {
  for (const auto& file : content.vector_files) ::unlink(file.path.c_str());
  for (const auto& file : content.code_files) ::unlink(file.path.c_str());
  for (const auto& file : content.postings_files) ::unlink(file.path.c_str());
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) ::unlink((new_database_path(folder) + suffix).c_str());
}

// Derived files are in nobody's way: what cannot be removed stays.
void remove_derived_leftovers(const FolderContent& content, const Manifest& manifest) {
  for (const auto& file : content.code_files) {
    const bool wanted = file.number && std::ranges::any_of(manifest.files, [&](const FileEntry& entry) {
                          return entry.kind == VectorFileKind::segment && entry.number == *file.number;
                        });
    if (!wanted) ::unlink(file.path.c_str());
  }
  for (const auto& file : content.postings_files)
    if (std::ranges::find(manifest.postings, file.number, &PostingsEntry::number) == manifest.postings.end())
      ::unlink(file.path.c_str());
}

Result<> write_database(const std::string& folder, const Manifest& manifest) {
  VICINAL_TRY(Database database, Database::open(new_database_path(folder), Database::Mode::create));
  VICINAL_TRY_VOID(database.execute("PRAGMA synchronous = FULL"));
  VICINAL_TRY(Transaction transaction, Transaction::begin(database, Transaction::Kind::write));
  VICINAL_TRY_VOID(create_schema(database));
  VICINAL_TRY_VOID(write_new_manifest(database, manifest));
  VICINAL_TRY_VOID(transaction.commit());
  // Kept in the file: whoever opens it later finds it in WAL mode. The row comes before the commit that makes it so.
  VICINAL_TRY(Query mode, database.query("PRAGMA journal_mode = WAL"));
  VICINAL_TRY(bool row, mode.next());
  const bool is_wal = row && mode.text(0) == "wal";
  while (row) {
    VICINAL_TRY(row, mode.next());
  }
  if (!is_wal)
    return Error(Code::unsupported, "the file system cannot hold a collection: no shared memory beside a database")
        .with("path", folder);
  return {};
}

}  // namespace

Result<> check_place(const std::string& folder, const FolderContent& content) {
  if (content.has_database || content.foreign == 0) return {};
  return Error(Code::invalid_argument, "the folder holds other things and no collection").with("path", folder);
}

Result<> create_collection(const std::string& folder, const FolderContent& content, const StoreIdentity& identity) {
  VICINAL_TRY_VOID(check_identity(identity));
  VICINAL_TRY_VOID(check_content(folder, content));
  clear_attempt(folder, content);
  Manifest manifest;
  manifest.format = kFormatVersion;
  manifest.identity = identity;
  manifest.collection = random_number();
  manifest.next_file = kFirstFile + 1;
  manifest.files.push_back({VectorFileKind::tail, kFirstFile, 0, base::kFrameHeaderBytes});
  const std::string tail_path = vector_file_path(folder, VectorFileKind::tail, kFirstFile);
  VICINAL_TRY(TailWriter tail,
              TailWriter::create(tail_path, vector_file_identity(manifest.collection, VectorFileKind::tail, kFirstFile),
                                 identity.dimensions));
  VICINAL_TRY_VOID(tail.sync());
  VICINAL_TRY_VOID(write_database(folder, manifest));
  VICINAL_TRY_VOID(base::sync_folder(folder));
  if (std::rename(new_database_path(folder).c_str(), database_path(folder).c_str()) != 0)
    return base::system_error("the new collection cannot be put in place", folder, errno);
  return base::sync_folder(folder);
}

std::vector<std::string> leftovers_in(const FolderContent& content, const Manifest& manifest) {
  std::vector<std::string> left;
  for (const auto& file : content.vector_files) {
    const bool named = std::ranges::any_of(
        manifest.files, [&](const FileEntry& entry) { return entry.kind == file.kind && entry.number == file.number; });
    if (!named) left.push_back(file.path);
  }
  return left;
}

Result<> remove_leftovers(const std::string& folder, const FolderContent& content, const Manifest& manifest) {
  for (const std::string& path : leftovers_in(content, manifest))
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
      return base::system_error("a file of an unfinished merge cannot be removed", path, errno);
  remove_derived_leftovers(content, manifest);
  clear_attempt(folder, {});
  return {};
}

}  // namespace vicinal::index
