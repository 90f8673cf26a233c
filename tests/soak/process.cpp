#include "soak/process.h"

#include <unistd.h>

#include <filesystem>

#include "filter/condition.h"
#include "index/backup.h"

namespace vicinal::soak {

namespace {

constexpr std::string_view kBackup = "backup-";

bool same(const std::vector<index::StoreHit>& a, const std::vector<index::StoreHit>& b) {
  return std::ranges::equal(a, b, [](const index::StoreHit& x, const index::StoreHit& y) {
    return x.document == y.document && x.ordinal == y.ordinal && x.score == y.score;
  });
}

uint64_t number_of(const std::filesystem::path& backup) {
  return std::stoull(backup.filename().string().substr(kBackup.size()));
}

}  // namespace

std::string store_in(const std::string& folder) { return folder + "/store"; }

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
    expected_.apply(made);
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
      return write(made);
    case Kind::search:
    case Kind::filtered_search:
      return search(made);
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
  }
  return {};
}

std::string Process::write(const Operation& made) {
  if (made.kind == Operation::Kind::upsert) {
    const auto done = index::upsert(*store_, made.documents, kDimensions);
    return done ? "" : done.error().what();
  }
  const auto removed = store_->remove(made.ids);
  if (!removed) return removed.error().what();
  return *removed == expected_.removed_by(made) ? "" : "another number was removed";
}

std::string Process::search(const Operation& made) {
  index::StoreSearch request = {made.query, made.limit, made.metric, made.best_per_document};
  if (made.kind == Operation::Kind::filtered_search) request.where = filter::parse_filter(filter_of(made)).value();
  const auto found = store_->search(request);
  if (!found) return found.error().what();
  return same(*found, expected_.hits(made)) ? "" : "other hits";
}

std::string Process::look() {
  const auto reader = index::open_to_read(store_in(folder_));
  return reader ? expected_.differs_from(**reader) : reader.error().what();
}

std::string Process::reopen() {
  store_.reset();
  auto opened = index::open_to_write(store_in(folder_), kDimensions);
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
  if (auto wrong = reopen(); !wrong.empty()) return wrong;
  Expected after = expected_;
  Operation made;
  made.kind = Operation::Kind::restore;
  after.apply(made);
  return after.differs_from(*store_);
}

}  // namespace vicinal::soak
