#pragma once
/// Records the calls of a workload, says at each moment what must be found afterwards, and lets calls fail.

#include <cerrno>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "durability/recorded_disk.h"
#include "index/metric.h"
#include "index/words_for_tests.h"

namespace vicinal::durability {

/// Why a search by words may be refused, with an error that says so.
struct Words {
  bool may_be_damaged = false;  ///< until the collection is compacted
  bool may_be_absent = false;   ///< it is of the first format until a writer opens it
};

struct Backup {
  index::Oracle documents;
  Words words;
};

/// What may be found once the machine or the process stops here.
struct Expectation {
  std::vector<index::Oracle> states{{}};  ///< one of these: acknowledged, or in flight
  bool may_be_absent = true;              ///< its creation was not acknowledged
  Words words;
  std::map<std::string, Backup> backups;  ///< by name
  std::set<std::string> open_backups;     ///< of these: not acknowledged, so there as a whole or not at all
  bool a_sync_failed = false;             ///< the log may hold ends of several commits that were not acknowledged
};

struct Fault {
  enum class Kind {
    once,         ///< one call is refused
    short_write,  ///< a write is cut short, the next call is refused
    for_good,     ///< so is every later one: the process is as good as dead
  };
  size_t at = 0;  ///< number of the call
  int error = EIO;
  Kind kind = Kind::once;
  bool at_sync = false;  ///< at the first sync from `at` on
};

class Recorder final : public FileObserver {
 public:
  struct Event {
    std::optional<RecordedCall> call;  ///< none: only the expectation changed
    size_t expectation = 0;            ///< what holds up to this call
  };

  /// REQUIRES: no fault is armed, or it has come.
  void arm(const Fault& fault);
  void disarm() { fault_.reset(); }
  bool is_dead() const { return hit_ && fault_ && fault_->kind == Fault::Kind::for_good; }
  size_t calls() const { return calls_; }
  const std::string& refused() const { return refused_; }  ///< the call that the fault hit
  size_t refusals() const { return refusals_; }            ///< calls that were not made as they were asked for

  void expect(Expectation expectation);
  const Expectation& expected() const { return expectations_.back(); }
  const std::vector<Event>& events() const { return events_; }
  const Expectation& expectation(const Event& event) const { return expectations_[event.expectation]; }

  Verdict before(const FileCall& call) override;
  std::optional<size_t> hit_event() const { return hit_event_; }  ///< the event that comes next when the fault hits
  void done(const FileCall& call) override;
  void sync_failed(const FileCall& call) override;

 private:
  Verdict verdict_on(const FileCall& call);

  std::optional<Fault> fault_;
  size_t calls_ = 0;
  std::optional<size_t> hit_;  ///< the number of the call that the fault hit
  std::optional<size_t> hit_event_;
  std::string refused_;
  size_t refusals_ = 0;
  std::vector<Event> events_;
  std::vector<Expectation> expectations_{Expectation{}};
};

}  // namespace vicinal::durability
