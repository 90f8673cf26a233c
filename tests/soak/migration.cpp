#include "soak/migration.h"

#include "engine/migrate.h"
#include "index/copy_folder.h"
#include "index/folder.h"
#include "index/writer_lock.h"
#include "soak/process.h"

namespace vicinal::soak {

namespace {

using index::Store;

std::string migrating(const std::string& folder) { return folder + ".migrating"; }

/// What a kill right behind the exchange leaves, or a restore of an older space.
Result<> remove_another_space(const std::string& folder, const std::string& space) {
  {
    const auto beside = index::open_to_read(folder);
    if (!beside && beside.error().code() == Code::not_found) return {};
    if (!beside) return beside.error();
    if ((*beside)->identity().space == space) return {};
  }
  VICINAL_TRY(const auto lock, index::WriterLock::take(index::lock_path(folder), {{}, 0}));
  index::remove_collection_files(folder);
  return {};
}

Result<> write_migrated(Store& from, Store& to, const index::TestDocument& document, uint64_t space) {
  VICINAL_TRY(auto write, from.written(document.id));
  if (!write) return Error(Code::not_found, "a document that is there cannot be read").with("id", document.id);
  std::vector<float> vectors;
  for (size_t i = 0; i < document.chunks; ++i) {
    const auto vector = vector_in(space, document, i);
    vectors.insert(vectors.end(), vector.begin(), vector.end());
    write->embed_hashes.push_back(hash_in(space, document, i));
  }
  return to.upsert(std::span(&*write, 1), {vectors.data(), document.chunks, kDimensions, kDimensions});
}

Result<> carry(const std::string& folder, const Expected& expected, size_t limit) {
  const uint64_t space = expected.space() + 1;
  VICINAL_TRY_VOID(remove_another_space(migrating(folder), space_name(space)));
  VICINAL_TRY(const auto from, index::open_to_read(folder));
  VICINAL_TRY(const auto to, open_to_write(migrating(folder), space));
  VICINAL_TRY(engine::MigrationStep step, engine::next_step(*from, *to, ""));
  VICINAL_TRY_VOID(to->restamp(step.restamp));
  VICINAL_TRY([[maybe_unused]] const size_t removed, to->remove(step.remove));
  for (size_t i = 0; i < std::min(limit, step.write.size()); ++i) {
    const index::TestDocument* const document = expected.find(step.write[i]);
    if (document == nullptr) return Error(Code::not_found, "a document that is not there").with("id", step.write[i]);
    VICINAL_TRY_VOID(write_migrated(*from, *to, *document, space));
  }
  return limit % 3 == 0 ? to->maintain({}) : Result<>();
}

Result<> exchange(const std::string& folder) {
  VICINAL_TRY(const auto lock, index::WriterLock::take(index::lock_path(folder), {{}, -1}));
  VICINAL_TRY(const auto beside, index::WriterLock::take(index::lock_path(migrating(folder)), {{}, -1}));
  VICINAL_TRY_VOID(index::exchange_folders(migrating(folder), folder));
  index::remove_collection_files(migrating(folder));
  return {};
}

std::string said(const Result<>& done) { return done ? "" : done.error().what(); }

}  // namespace

std::string carry_over(const std::string& folder, const Expected& expected, size_t limit) {
  return said(carry(folder, expected, limit));
}

std::string switch_over(const std::string& folder) { return said(exchange(folder)); }

}  // namespace vicinal::soak
