#include "soak/process.h"

#include <unistd.h>

#include <filesystem>
#include <set>

#include "filter/expression.h"
#include "index/backup.h"
#include "soak/migration.h"

namespace vicinal::soak {

namespace {

constexpr std::string_view kBackup = "backup-";

bool same(const std::vector<index::StoreHit>& a, const std::vector<index::StoreHit>& b) {
  return std::ranges::equal(a, b, [](const index::StoreHit& x, const index::StoreHit& y) {
    return x.document == y.document && x.ordinal == y.ordinal && x.score == y.score;
  });
}

/// Another collection is opened in its course, by what must be there then.
bool changes_place(const Operation& made) { return made.kind == Operation::Kind::restore || made.switches(); }

uint64_t number_of(const std::filesystem::path& backup) {
  return std::stoull(backup.filename().string().substr(kBackup.size()));
}

}  // namespace

std::string store_in(const std::string& folder) { return folder + "/store"; }

Result<std::unique_ptr<index::Store>> open_to_write(const std::string& folder, uint64_t space) {
  index::Store::OpenOptions options;
  options.access = index::Store::Access::write;
  options.create = index::test_identity(kDimensions);
  options.create->space = space_name(space);
  options.expect_space = space_name(space);
  options.fresh_passages = kFreshPassages;
  return index::Store::open(folder, options);
}

std::string newest_backup(const std::string& folder) {
  std::string newest;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kBackup) || name.ends_with(".part")) continue;
    if (newest.empty() || number_of(newest) < number_of(entry.path())) newest = entry.path().string();
  }
  return newest;
}

std::string Process::run(uint64_t first, uint64_t end, int pipe) {
  if (auto wrong = reopen(); !wrong.empty()) return wrong;
  for (uint64_t number = first; number < end; ++number) {
    Message message = {number, 0};
    if (::write(pipe, &message, sizeof message) != sizeof message) return "the pipe is gone";
    const Operation made = operation(seed_, number);
    if (auto wrong = step(number); !wrong.empty())
      return "operation " + std::to_string(number) + ", " + to_string(made.kind) + ": " + wrong;
    if (!changes_place(made)) expected_.apply(made);
    message.acknowledged = 1;
    if (::write(pipe, &message, sizeof message) != sizeof message) return "the pipe is gone";
  }
  store_.reset();
  return {};
}

std::string Process::step(uint64_t number) {
  using Kind = Operation::Kind;
  const Operation made = operation(seed_, number);
  switch (made.kind) {
    case Kind::upsert:
    case Kind::remove:
    case Kind::update:
      return write(made);
    case Kind::search:
    case Kind::filtered_search:
      return search(made);
    case Kind::word_search:
    case Kind::filtered_word_search:
      return search_words(made);
    case Kind::count: {
      const auto found = store_->count(filter::parse_filter(filter_of(made)).value());
      if (!found) return found.error().what();
      const auto wanted = expected_.count(made.least_version);
      return found->documents == wanted.documents && found->chunks == wanted.chunks ? "" : "another count";
    }
    case Kind::list: {
      const auto found = store_->list(made.ids[0], made.limit);
      if (!found) return found.error().what();
      return *found == expected_.list(made.ids[0], made.limit) ? "" : "another list";
    }
    case Kind::get: {
      if (const auto* document = expected_.find(made.ids[0])) return index::document_differs(*store_, *document);
      const auto found = store_->get(made.ids[0]);
      return !found && found.error().code() == Code::not_found ? "" : "a document that is not there is found";
    }
    case Kind::look:
      return look();
    case Kind::reopen:
      return reopen();
    case Kind::maintain:
    case Kind::compact: {
      const auto done = made.kind == Kind::maintain ? store_->maintain({}) : store_->compact({});
      return done ? "" : done.error().what();
    }
    case Kind::backup:
      return back_up(number);
    case Kind::restore:
      return restore();
    case Kind::migrate:
      return migrate(made);
  }
  return {};
}

std::string Process::write(const Operation& made) {
  if (made.kind == Operation::Kind::upsert) return upsert(made.documents);
  const auto changed = made.kind == Operation::Kind::remove ? store_->remove(made.ids) : update(made);
  if (!changed) return changed.error().what();
  return *changed == expected_.known(made) ? "" : "of another number of documents";
}

std::string Process::upsert(std::span<const index::TestDocument> documents) {
  std::vector<index::DocumentWrite> writes;
  std::vector<float> vectors;
  for (const index::TestDocument& document : documents) {
    writes.push_back(index::test_write(document));
    for (size_t i = 0; i < document.chunks; ++i) {
      writes.back().embed_hashes[i] = hash_in(expected_.space(), document, i);
      const auto vector = vector_in(expected_.space(), document, i);
      vectors.insert(vectors.end(), vector.begin(), vector.end());
    }
  }
  const auto done = store_->upsert(writes, {vectors.data(), vectors.size() / kDimensions, kDimensions, kDimensions});
  return done ? "" : done.error().what();
}

Result<size_t> Process::update(const Operation& made) {
  std::vector<index::MetadataWrite> writes;
  const std::set<std::string> ids(made.ids.begin(), made.ids.end());
  for (const std::string& id : ids)
    writes.push_back({id, index::test_metadata({.id = id, .new_metadata = made.number})});
  for (index::MetadataWrite& write : writes)
    if (write.metadata.empty()) write.metadata = "{}";
  return store_->set_metadata(writes);
}

std::string Process::search(const Operation& made) {
  index::StoreSearch request = {made.query, made.limit, made.metric, made.best_per_document};
  if (made.filters()) request.where = filter::parse_filter(filter_of(made)).value();
  const auto found = store_->search(request);
  if (!found) return found.error().what();
  return same(*found, expected_.hits(made)) ? "" : "other hits";
}

std::string Process::search_words(const Operation& made) {
  const std::string query = index::typed(made.words);
  index::LexicalSearch request = {.query = query, .limit = made.limit, .best_per_document = made.best_per_document};
  if (made.filters()) request.where = filter::parse_filter(filter_of(made)).value();
  const auto found = store_->search_words(request);
  if (!found) return found.error().what();
  const std::string wrong = expected_.words_differ(*found, request, made);
  return wrong.empty() ? "" : "'" + query + "': " + wrong;
}

std::string Process::look() {
  const auto reader = index::open_to_read(store_in(folder_));
  return reader ? expected_.differs_from(**reader) : reader.error().what();
}

std::string Process::reopen() {
  store_.reset();
  auto opened = open_to_write(store_in(folder_), expected_.space());
  if (!opened) return opened.error().what();
  store_ = *std::move(opened);
  return {};
}

std::string Process::back_up(uint64_t number) {
  const std::string old = newest_backup(folder_);
  const auto done =
      index::back_up(store_in(folder_), folder_ + "/" + std::string(kBackup) + std::to_string(number), {});
  if (!done) return done.error().what();
  if (!old.empty()) std::filesystem::remove_all(old);
  return {};
}

std::string Process::restore() {
  if (!expected_.has_backup()) return {};
  store_.reset();
  const auto done = index::restore(newest_backup(folder_), store_in(folder_), true, {});
  if (!done) return done.error().what();
  Operation made;
  made.kind = Operation::Kind::restore;
  return expect_after(made);
}

std::string Process::migrate(const Operation& made) {
  const std::string folder = store_in(folder_);
  if (auto wrong = carry_over(folder, expected_, made.limit); !wrong.empty() || !made.switches()) return wrong;
  store_.reset();
  if (auto wrong = switch_over(folder); !wrong.empty()) return wrong;
  return expect_after(made);
}

std::string Process::expect_after(const Operation& made) {
  expected_.apply(made);
  if (auto wrong = reopen(); !wrong.empty()) return wrong;
  return expected_.differs_from(*store_);
}

}  // namespace vicinal::soak
