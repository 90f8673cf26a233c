#include "index/verify_postings.h"

#include <algorithm>

#include "index/folder.h"
#include "index/postings_file.h"

namespace vicinal::index {

namespace {

using Advice = DamageLog::Advice;

/// Living documents of a range with their passages, beside what the file says; the rest of the file must be known as
/// dead.
Result<> compare_documents(const DatabaseCheck& check, const std::string& path, const postings::Image& image,
                           const PostingsEntry& entry) {
  const auto documents = image.documents();
  const auto differs = [&](uint64_t document) {
    check.damage.add(
        Error(Code::corrupt, "the postings and the documents differ").with("path", path).with("document", document),
        Advice::rebuild);
  };
  size_t at = 0;
  const auto pass_dead = [&](uint64_t end) -> Result<bool> {
    for (; at < documents.size() && documents[at] < end; ++at) {
      VICINAL_TRY(Query dead, check.database.query("SELECT 1 FROM dead_postings WHERE document = ?", documents[at]));
      VICINAL_TRY(const bool known, dead.next());
      if (known) continue;
      differs(documents[at]);
      return false;
    }
    return true;
  };
  VICINAL_TRY(Query query, check.database.query(
                               "SELECT id, chunks FROM documents WHERE id BETWEEN ? AND ? AND chunks > 0 ORDER BY id",
                               entry.first, entry.last));
  while (true) {
    VICINAL_TRY(const bool row, query.next());
    if (!row) break;
    const uint64_t id = query.unsigned_integer(0), chunks = query.unsigned_integer(1);
    VICINAL_TRY(const bool known, pass_dead(id));
    if (!known) return {};
    const bool there =
        at < documents.size() && documents[at] == id && image.first_rows()[at + 1] - image.first_rows()[at] == chunks;
    if (!there) {
      differs(id);
      return {};
    }
    ++at;
  }
  VICINAL_TRY([[maybe_unused]] const bool known, pass_dead(entry.last + 1));
  return {};
}

}  // namespace

Result<> verify_postings(const DatabaseCheck& check, const std::string& folder, const Manifest& manifest) {
  check.watch.begin("words", manifest.postings.size());
  for (const PostingsEntry& entry : manifest.postings) {
    VICINAL_TRY_VOID(check.watch.add(1));
    const std::string path = postings_file_path(folder, entry.number);
    auto file = PostingsFile::open(folder, manifest, entry);
    // A writer may have merged it away since the manifest was read; what is lost is made anew in either case.
    if (!file && file.error().code() != Code::not_found) return std::move(file).error();
    if (!file) {
      check.damage.add(Error(Code::corrupt, "a file of postings is missing").with("path", path), Advice::rebuild);
      continue;
    }
    check.report.bytes += file->bytes().size();
    ++check.report.files;
    if (auto sound = file->verify(); !sound) {
      if (sound.error().code() != Code::corrupt) return sound;
      check.damage.add(sound.error(), Advice::rebuild);
      continue;
    }
    VICINAL_TRY(const postings::Image* const image, file->image());
    auto compared = compare_documents(check, path, *image, entry);
    if (compared) continue;
    if (compared.error().code() != Code::corrupt) return compared;
    check.damage.add(compared.error(), Advice::restore);  // of the database, not of the postings
  }
  check.watch.end();
  return {};
}

}  // namespace vicinal::index
