// Durability::batch: several changes are one commit. Whenever the machine stops, a process dies or a call fails, what
// the last commit had is there, and of the changes behind it all or none.

#include <gtest/gtest.h>

#include "durability/replay.h"

namespace vicinal::durability {
namespace {

using index::Oracle;

/// A store in use, one process after another, and what of it must be found later.
class BatchRun {
 public:
  BatchRun(std::string folder, Recorder& recorder, uint64_t seed)
      : folder_(std::move(folder)), recorder_(&recorder), random_(seed) {}

  /// A process. Empty, or what went wrong.
  std::string live(size_t operations) {
    refusals_ = recorder_->refusals();
    std::string wrong = open();
    for (size_t i = 0; i < operations && wrong.empty() && store_ && !recorder_->is_dead(); ++i) wrong = step();
    expect({durable_, now_});  // closing the store tries to commit the rest
    store_.reset();
    return wrong;
  }
  size_t commits() const { return commits_; }
  size_t changes() const { return changes_; }

 private:
  void expect(std::vector<Oracle> states) {
    Expectation expectation = recorder_->expected();
    expectation.states = std::move(states);
    recorder_->expect(std::move(expectation));
  }

  std::string open() {
    index::Store::OpenOptions options;
    options.access = index::Store::Access::write;
    options.create = index::test_identity(kWorkloadDimensions);
    options.durability = Durability::batch;
    auto opened = index::Store::open(folder_, options);
    if (!opened) return was_refused() ? "" : opened.error().what();
    store_ = *std::move(opened);
    if (recorder_->expected().may_be_absent) {
      Expectation there = recorder_->expected();
      there.may_be_absent = false;
      recorder_->expect(std::move(there));
    }
    const std::string wrong = take_what_is_found();
    if (wrong.empty() || !was_refused()) return wrong;
    store_.reset();  // a call failed while it was looked at
    return {};
  }

  std::string take_what_is_found() {
    for (const Oracle& state : recorder_->expected().states)
      if (differs(*store_, state).empty()) return now_ = durable_ = state, std::string();
    return "found is what was never asked for: " + differs(*store_, durable_);
  }

  bool was_refused() const { return recorder_->refusals() > refusals_; }

  std::string step() {
    refusals_ = recorder_->refusals();
    const uint64_t what = random_() % 100;
    if (what < 50) return upsert_some();
    if (what < 70) return remove_some();
    if (what < 80) return change(now_, [&] { return store_->flush(); });
    if (what < 87) return change(now_, [&] { return store_->maintain({}); });
    if (what < 91) return change(now_, [&] { return store_->compact({}); });
    const std::string wrong = differs(*store_, now_);
    return wrong.empty() || was_refused() ? "" : "its own writer sees something else: " + wrong;
  }

  template <class Body>
  std::string change(const Oracle& next, Body&& body) {
    std::vector<Oracle> states = recorder_->expected().states;
    states.push_back(now_);
    states.push_back(next);
    expect(states);
    const Result<> done = body();
    if (!done) {
      if (recorder_->is_dead()) return {};
      if (!was_refused()) return std::string("failed by itself: ") + done.error().what();
      if (auto fresh = store_->refresh(); !fresh)
        return std::string("of no use after a failure: ") + fresh.error().what();
      return take_what_is_found();
    }
    ++changes_;
    now_ = next;
    commits_ += store_->has_unsynced() ? 0 : 1;
    if (!store_->has_unsynced()) durable_ = now_;
    expect({durable_});
    return {};
  }

  std::string upsert_some() {
    Oracle next = now_;
    std::vector<index::TestDocument> documents;
    for (uint64_t i = random_() % 3; i < 3; ++i) {
      documents.push_back({"doc-" + std::to_string(random_() % 9), ++version_, random_() % 6});
      next[documents.back().id] = documents.back();
    }
    return change(next, [&] { return index::upsert(*store_, documents, kWorkloadDimensions); });
  }

  std::string remove_some() {
    const std::vector<std::string> ids = {"doc-" + std::to_string(random_() % 9)};
    Oracle next = now_;
    next.erase(ids[0]);
    return change(next, [&]() -> Result<> {
      VICINAL_TRY([[maybe_unused]] const size_t removed, store_->remove(ids));
      return {};
    });
  }

  std::string folder_;
  Recorder* recorder_;
  std::mt19937_64 random_;
  std::unique_ptr<index::Store> store_;
  Oracle now_, durable_;  ///< what the store shows; what its last commit had
  uint64_t version_ = 0;
  size_t commits_ = 0, changes_ = 0;
  size_t refusals_ = 0;  ///< when the current operation began
};

/// Processes one after another; most are killed at some call or see one that fails.
std::string record(const std::string& root, Recorder& recorder, BatchRun& run, uint64_t seed) {
  const Watching watching(root, recorder);
  std::mt19937_64 random(seed);
  for (size_t process = 0; process < 6; ++process) {
    const auto kind = random() % 2 == 0 ? Fault::Kind::for_good : Fault::Kind::once;
    if (process > 0 && random() % 4 != 0)
      recorder.arm({recorder.calls() + random() % 400, EIO, kind, random() % 2 == 0});
    const std::string wrong = run.live(4 + random() % 20);
    recorder.disarm();
    if (!wrong.empty()) return wrong;
  }
  return {};
}

TEST(BatchPowerLoss, KeepsWhatWasCommittedAndTheRestAsAWholeOrNotAtAll) {
  for (uint64_t seed = 1; seed <= 2; ++seed) {
    const index::StoreFolder folder;
    Recorder recorder;
    BatchRun run(folder.path() + "/store", recorder, seed);
    ASSERT_EQ(record(folder.path(), recorder, run, seed), "") << "seed " << seed;
    EXPECT_GT(run.changes(), 2 * run.commits());
    Replay replay(folder.path(), recorder, seed);
    EXPECT_EQ(replay.run({}), "") << "seed " << seed;
    std::printf("%zu changes in %zu commits, %zu images\n", run.changes(), run.commits(), replay.images());
  }
}

}  // namespace
}  // namespace vicinal::durability
