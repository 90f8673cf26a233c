#include "durability/workload.h"

#include <algorithm>
#include <filesystem>

#include "base/error_lines.h"
#include "base/file.h"
#include "index/backup.h"
#include "index/first_format_for_tests.h"

namespace vicinal::durability {

namespace {

using index::Oracle;
using index::TestDocument;

// A user who reads "corrupt" restores a backup; one whose disk is full has to be told so, and what to do.
std::string misleading(const Error& error) {
  if (error.code() != Code::io) return std::string("not io: ") + error.what();
  const std::string what = error.what();
  const bool full = what.find("full") != std::string::npos || what.find("No space") != std::string::npos;
  return full && base::error_lines(error).fix.empty() ? "no fix is named: " + what : "";
}

std::string random_id(std::mt19937_64& random) { return "doc-" + std::to_string(random() % kWorkloadIds); }

}  // namespace

std::string Workload::live(size_t operations) {
  for (size_t i = 0; i < operations && !recorder_->is_dead(); ++i)
    if (auto wrong = step(); !wrong.empty()) return wrong;
  store_.reset();
  return {};
}

std::string Workload::step() {
  refusals_ = recorder_->refusals();
  if (!store_) return reopen();
  const uint64_t what = random_() % 100;
  if (what < 40) return upsert_some();
  if (what < 52) return remove_some();
  if (what < 68) return tidy_up();
  if (what < 73) return take_backup();
  if (what < 78) return put_back();
  if (what < 82) return damage_words();
  if (what < 84) return go_back_to_first_format();
  return what < 90 ? reopen() : look();
}

template <class Change>
void Workload::expect_from_here(Change&& change) {
  Expectation from_here = recorder_->expected();
  change(from_here);
  recorder_->expect(std::move(from_here));
}

template <class Body>
std::string Workload::attempt(const Oracle& next, Body&& body) {
  expect_from_here([&](Expectation& in_flight) { in_flight.states.push_back(next); });
  const Result<> done = body();
  if (!done) return settle(done.error());
  now_ = next;
  ++acknowledged_;
  expect_from_here([&](Expectation& acknowledged) {
    acknowledged.states = {now_};
    acknowledged.may_be_absent = false;
  });
  return {};
}

// An operation that failed has happened or has not; the store itself, or one that is opened anew, must say which.
std::string Workload::settle(const Error& error) {
  if (recorder_->is_dead()) return {};
  if (!was_refused()) return std::string("failed by itself: ") + error.what();
  if (auto wrong = misleading(error); !wrong.empty()) return wrong;
  if (!store_) return {};
  auto fresh = store_->refresh();
  if (!fresh && recorder_->refusals() > refusals_ + 1) fresh = store_->refresh();  // the fault's second call
  if (!fresh) return std::string("of no use after a failure: ") + fresh.error().what();
  for (const Oracle& state : recorder_->expected().states)
    if (differs(*store_, state, recorder_->expected().words).empty()) return now_ = state, std::string();
  return std::string("after '") + error.what() + "' the store shows neither the old nor the new state";
}

std::string Workload::upsert_some() {
  std::vector<TestDocument> documents;
  Oracle next = now_;
  for (uint64_t i = random_() % 3; i < 3; ++i) {
    documents.push_back({random_id(random_), ++version_, random_() % 6});
    next[documents.back().id] = documents.back();
  }
  return attempt(next, [&] { return index::upsert(*store_, documents, kWorkloadDimensions); });
}

std::string Workload::remove_some() {
  const std::vector<std::string> ids = {random_id(random_), random_id(random_)};
  Oracle next = now_;
  for (const std::string& id : ids) next.erase(id);
  return attempt(next, [&]() -> Result<> {
    VICINAL_TRY([[maybe_unused]] const size_t removed, store_->remove(ids));
    return {};
  });
}

std::string Workload::tidy_up() {
  if (random_() % 3 == 0) return attempt(now_, [&] { return store_->maintain({}); });
  bool compacted = false;
  const std::string wrong = attempt(now_, [&] {
    auto done = store_->compact({});
    compacted = done.ok();
    return done;
  });
  if (compacted) expect_from_here([](Expectation& from_here) { from_here.words.may_be_damaged = false; });
  return wrong;
}

// A byte that the disk does not give back as it was written, or a file that is gone.
std::string Workload::damage_words() {
  const auto content = index::look_into(store_path());
  if (!content || content->postings_files.empty()) return {};
  const std::string path = content->postings_files[random_() % content->postings_files.size()].path;
  const bool lose = random_() % 3 == 0;
  const uint64_t draw = random_();
  store_.reset();
  expect_from_here([](Expectation& from_here) { from_here.words.may_be_damaged = true; });
  return attempt(now_, [&]() -> Result<> {
    if (lose) {
      std::error_code error;
      std::filesystem::remove(path, error);
      return base::sync_folder(store_path());
    }
    VICINAL_TRY(base::File file, base::File::open(path, base::File::Mode::read_write));
    VICINAL_TRY(const uint64_t bytes, file.size());
    VICINAL_TRY_VOID(file.write_at(draw % bytes, std::as_bytes(std::span("\x5A", 1))));
    return file.sync();
  });
}

// The store stays open meanwhile: it has seen to it that the log's name is on the disk, which SQLite gives up where the
// folder cannot be opened.
std::string Workload::go_back_to_first_format() {
  expect_from_here([](Expectation& from_here) { from_here.words.may_be_absent = true; });
  const std::string wrong = attempt(now_, [&] { return index::make_first_format(store_path()); });
  store_.reset();
  return wrong;
}

std::string Workload::take_backup() {
  const std::string name = "backup-" + std::to_string(++backups_);
  expect_from_here([&](Expectation& in_flight) {
    in_flight.backups[name] = {now_, in_flight.words};
    in_flight.open_backups.insert(name);
  });
  const auto done = index::back_up(store_path(), root_ + "/" + name, {});
  if (!done) return settle(done.error());
  expect_from_here([&](Expectation& acknowledged) { acknowledged.open_backups.erase(name); });
  return {};
}

std::string Workload::put_back() {
  const Expectation& expected = recorder_->expected();
  if (expected.backups.empty() || expected.open_backups.contains(expected.backups.rbegin()->first)) return {};
  const auto [name, backup] = *expected.backups.rbegin();
  store_.reset();
  expect_from_here([&](Expectation& from_here) { from_here.words.may_be_damaged |= backup.words.may_be_damaged; });
  return attempt(backup.documents, [&]() -> Result<> {
    VICINAL_TRY([[maybe_unused]] const auto report, index::restore(root_ + "/" + name, store_path(), true, {}));
    return {};
  });
}

std::string Workload::reopen() {
  store_.reset();
  auto opened = index::open_to_write(store_path(), kWorkloadDimensions, kWorkloadFreshPassages);
  if (!opened) return settle(opened.error());
  store_ = *std::move(opened);
  // A commit whose sync failed may come back after a power loss: here, the one that made it of the first format.
  expect_from_here([](Expectation& from_here) { from_here.words.may_be_absent &= from_here.a_sync_failed; });
  if (recorder_->expected().may_be_absent) return attempt({}, [] { return Result<>(); });
  for (const Oracle& state : recorder_->expected().states)
    if (differs(*store_, state, recorder_->expected().words).empty()) return now_ = state, std::string();
  if (was_refused()) return {};
  return "what was reopened is in no state that was asked for: " + differs(*store_, now_, recorder_->expected().words);
}

std::string Workload::look() {
  const auto reader = index::open_to_read(store_path());
  if (!reader) return settle(reader.error());
  for (const Oracle& state : recorder_->expected().states)
    if (differs(**reader, state, recorder_->expected().words).empty()) return {};
  return was_refused() ? "" : "a reader sees no state that was asked for";
}

}  // namespace vicinal::durability
