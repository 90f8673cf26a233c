// Random operations on a collection, by processes that are killed, against what must then be there.
//
//   store_soak [--operations N] [--seed S] [--kills K] [--folder F]
//
// A failure prints the seed and the number of the operation: the same seed makes the same operations again.

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "index/verify.h"
#include "soak/process.h"

namespace vicinal::soak {
namespace {

struct Options {
  uint64_t operations = 4000, seed = 1, kills = 40;
  std::string folder;
};

class Soak {
 public:
  Soak(const Options& options, std::string folder)
      : options_(options), folder_(std::move(folder)), random_(options.seed) {}

  /// Empty, or what went wrong.
  std::string run() {
    while (next_ < options_.operations) {
      if (auto wrong = live_once(); !wrong.empty()) return wrong;
      if (auto wrong = check(); !wrong.empty()) return wrong;
      say_progress();
    }
    return {};
  }
  void report() const {
    std::printf("%llu operations, %llu kills; of operations cut short %llu were kept, %llu not\n",
                static_cast<unsigned long long>(next_), static_cast<unsigned long long>(kills_),
                static_cast<unsigned long long>(kept_), static_cast<unsigned long long>(dropped_));
  }

 private:
  // Lets a process work, kills it after some acknowledgements and a moment, and takes note of what it said.
  std::string live_once() {
    int ends[2];
    if (::pipe(ends) != 0) return "no pipe";
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      const std::string wrong = Process(folder_, options_.seed, expected_).run(next_, options_.operations, ends[1]);
      if (!wrong.empty()) std::fprintf(stderr, "%s\n", wrong.c_str());
      ::_exit(wrong.empty() ? 0 : 1);
    }
    ::close(ends[1]);
    listen(ends[0], child);
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return ++kills_, std::string();
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? "" : "the process ended with an error";
  }

  void listen(int pipe, pid_t child) {
    const bool kills = kills_ < options_.kills;
    const uint64_t mean = std::max<uint64_t>(1, options_.operations / std::max<uint64_t>(1, options_.kills));
    uint64_t left = kills ? 1 + random_() % (2 * mean) : UINT64_MAX;
    in_flight_ = false;
    for (Message message; ::read(pipe, &message, sizeof message) == sizeof message;) {
      in_flight_ = message.acknowledged == 0;
      if (in_flight_) continue;
      expected_.apply(operation(options_.seed, message.number));
      next_ = message.number + 1;
      if (--left != 0) continue;
      std::this_thread::sleep_for(std::chrono::microseconds(random_() % 3000));
      ::kill(child, SIGKILL);
    }
  }

  // The operation in flight has happened as a whole or not at all.
  std::string check() {
    const std::string folder = store_in(folder_);
    const std::string damage = damage_of(folder);
    // SQLite puts the sums of a long commit right after its last frame is written: a kill in between leaves a commit
    // that does not count, which the next writer drops. Only of the operation in flight.
    const bool torn = in_flight_ && damage.starts_with("the last commit of the log is torn");
    if (!damage.empty() && !torn) return "verify: " + damage;
    if (auto wrong = check_content(folder, torn); !wrong.empty()) return wrong;
    return torn ? damage_of(folder) : "";
  }

  static std::string damage_of(const std::string& folder) {
    const auto report = index::verify(folder, {});
    if (!report) return report.error().what();
    return report->damages == 0 ? "" : report->findings[0].problem + " " + report->findings[0].place;
  }

  std::string check_content(const std::string& folder, bool as_writer) {
    const auto store = !as_writer && kills_ % 2 == 0 ? index::open_to_read(folder)
                                                     : index::open_to_write(folder, kDimensions, kFreshPassages);
    if (!store) return store.error().what();
    const std::string without = expected_.differs_from(**store);
    if (without.empty()) {
      dropped_ += in_flight_ ? 1 : 0;
      return check_backup();
    }
    if (!in_flight_) return without;
    Expected after = expected_;
    after.apply(operation(options_.seed, next_));
    if (const std::string with = after.differs_from(**store); !with.empty())
      return "neither without the operation in flight (" + without + ") nor with it (" + with + ")";
    expected_ = std::move(after);
    ++next_;
    ++kept_;
    return check_backup();
  }

  std::string check_backup() {
    const std::string backup = newest_backup(folder_);
    if (backup.empty()) return expected_.has_backup() ? "the backup is gone" : "";
    const std::string damage = damage_of(backup);
    return damage.empty() ? "" : "the backup: " + damage;
  }

  void say_progress() {
    if ((next_ * 20) / options_.operations == said_) return;
    said_ = (next_ * 20) / options_.operations;
    std::fprintf(stderr, "%llu operations, %llu kills\n", static_cast<unsigned long long>(next_),
                 static_cast<unsigned long long>(kills_));
  }

  Options options_;
  std::string folder_;
  std::mt19937_64 random_;
  Expected expected_;
  uint64_t next_ = 0;  ///< the first operation that was not acknowledged
  uint64_t kills_ = 0, kept_ = 0, dropped_ = 0, said_ = 0;
  bool in_flight_ = false;
};

bool parse(int count, char** arguments, Options& options) {
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    if (name == "--operations") {
      options.operations = std::strtoull(arguments[i + 1], nullptr, 10);
    } else if (name == "--seed") {
      options.seed = std::strtoull(arguments[i + 1], nullptr, 10);
    } else if (name == "--kills") {
      options.kills = std::strtoull(arguments[i + 1], nullptr, 10);
    } else if (name == "--folder") {
      options.folder = arguments[i + 1];
    } else {
      return false;
    }
  }
  return count % 2 == 1 && options.operations > 0;
}

int run(const Options& options) {
  const index::StoreFolder own;
  const std::string folder = options.folder.empty() ? own.path() : options.folder;
  std::filesystem::create_directories(folder);
  Soak soak(options, folder);
  const std::string wrong = soak.run();
  soak.report();
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "seed %llu: %s\n", static_cast<unsigned long long>(options.seed), wrong.c_str());
  return 1;
}

}  // namespace
}  // namespace vicinal::soak

int main(int count, char** arguments) {
  vicinal::soak::Options options;
  if (vicinal::soak::parse(count, arguments, options)) return vicinal::soak::run(options);
  std::fprintf(stderr, "usage: store_soak [--operations N] [--seed S] [--kills K] [--folder F]\n");
  return 2;
}
