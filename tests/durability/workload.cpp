#include "durability/workload.h"

#include <algorithm>
#include <filesystem>

#include "base/error_lines.h"
#include "index/backup.h"

namespace vicinal::durability {

namespace {

using index::Oracle;
using index::TestDocument;

constexpr uint64_t kIds = 9;

// A user who reads "corrupt" restores a backup; one whose disk is full has to be told so, and what to do.
std::string misleading(const Error& error) {
  if (error.code() != Code::io) return std::string("not io: ") + error.what();
  const std::string what = error.what();
  const bool full = what.find("full") != std::string::npos || what.find("No space") != std::string::npos;
  return full && base::error_lines(error).fix.empty() ? "no fix is named: " + what : "";
}

std::string random_id(std::mt19937_64& random) { return "doc-" + std::to_string(random() % kIds); }

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
  if (what < 42) return upsert_some();
  if (what < 57) return remove_some();
  if (what < 70) return tidy_up();
  if (what < 75) return take_backup();
  if (what < 80) return put_back();
  return what < 90 ? reopen() : look();
}

template <class Body>
std::string Workload::attempt(const Oracle& next, Body&& body) {
  Expectation in_flight = recorder_->expected();
  in_flight.states.push_back(next);
  recorder_->expect(in_flight);
  const Result<> done = body();
  if (!done) return settle(done.error());
  now_ = next;
  ++acknowledged_;
  Expectation acknowledged = recorder_->expected();
  acknowledged.states = {now_};
  acknowledged.may_be_absent = false;
  recorder_->expect(std::move(acknowledged));
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
    if (differs(*store_, state).empty()) return now_ = state, std::string();
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
  const bool all = random_() % 3 != 0;
  return attempt(now_, [&] { return all ? store_->compact({}) : store_->maintain({}); });
}

std::string Workload::take_backup() {
  const std::string name = "backup-" + std::to_string(++backups_);
  Expectation in_flight = recorder_->expected();
  in_flight.backups[name] = now_;
  in_flight.open_backups.insert(name);
  recorder_->expect(in_flight);
  const auto done = index::back_up(store_path(), root_ + "/" + name, {});
  if (!done) return settle(done.error());
  Expectation acknowledged = recorder_->expected();
  acknowledged.open_backups.erase(name);
  recorder_->expect(std::move(acknowledged));
  return {};
}

std::string Workload::put_back() {
  const Expectation& expected = recorder_->expected();
  if (expected.backups.empty() || expected.open_backups.contains(expected.backups.rbegin()->first)) return {};
  const auto [name, state] = *expected.backups.rbegin();
  store_.reset();
  return attempt(state, [&]() -> Result<> {
    VICINAL_TRY([[maybe_unused]] const auto report, index::restore(root_ + "/" + name, store_path(), true, {}));
    return {};
  });
}

std::string Workload::reopen() {
  store_.reset();
  auto opened = index::open_to_write(store_path(), kWorkloadDimensions);
  if (!opened) return settle(opened.error());
  store_ = *std::move(opened);
  if (recorder_->expected().may_be_absent) return attempt({}, [] { return Result<>(); });
  for (const Oracle& state : recorder_->expected().states)
    if (differs(*store_, state).empty()) return now_ = state, std::string();
  if (was_refused()) return {};
  return "what was reopened is in no state that was asked for: " + differs(*store_, now_);
}

std::string Workload::look() {
  const auto reader = index::open_to_read(store_path());
  if (!reader) return settle(reader.error());
  for (const Oracle& state : recorder_->expected().states)
    if (differs(**reader, state).empty()) return {};
  return was_refused() ? "" : "a reader sees no state that was asked for";
}

}  // namespace vicinal::durability
