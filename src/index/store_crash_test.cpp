// Killed processes and full disks: what was acknowledged stays, whole batches or nothing.

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <thread>

#include "index/store_for_tests.h"

namespace vicinal::index {
namespace {

constexpr size_t kDimensions = 4;
constexpr size_t kDocumentsInBatch = 12;

// Batch `number` writes documents (number % 7) * 12 … of version `number`: later batches replace earlier ones.
std::vector<TestDocument> batch(uint64_t number) {
  std::vector<TestDocument> documents;
  for (size_t i = 0; i < kDocumentsInBatch; ++i)
    documents.push_back({"doc-" + std::to_string((number % 7) * kDocumentsInBatch + i), number, 10 + number % 20});
  return documents;
}

// Runs in the child: writes batches until it is killed, each announced and acknowledged through the pipe.
[[noreturn]] void write_until_killed(const std::string& folder, uint64_t next, int pipe) {
  auto store = open_to_write(folder, kDimensions);
  if (!store) {
    std::fprintf(stderr, "child: %s\n", store.error().what().c_str());
    _exit(2);
  }
  for (uint64_t number = next;; ++number) {
    uint64_t message[2] = {0, number};
    if (::write(pipe, message, sizeof message) != sizeof message) _exit(3);
    if (!upsert(**store, batch(number), kDimensions)) _exit(4);
    message[0] = 1;
    if (::write(pipe, message, sizeof message) != sizeof message) _exit(3);
    if (number % 3 == 0 && !(*store)->maintain({})) _exit(5);
  }
}

struct Log {
  uint64_t announced = 0;  // last batch that was begun
  uint64_t acknowledged = 0;
};

// Lets a child write, kills it `delay` after its first message, and reads what it had said.
std::optional<Log> run_and_kill(const std::string& folder, Log log, std::chrono::microseconds delay) {
  int ends[2];
  if (::pipe(ends) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    write_until_killed(folder, log.announced + 1, ends[1]);
  }
  ::close(ends[1]);
  uint64_t message[2];
  for (bool first = true; ::read(ends[0], message, sizeof message) == sizeof message; first = false) {
    (message[0] == 1 ? log.acknowledged : log.announced) = message[1];
    if (!first) continue;
    std::this_thread::sleep_for(delay);
    ::kill(child, SIGKILL);
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFSIGNALED(status)) return {};
  return log;
}

Oracle state_after(uint64_t batches) {
  Oracle oracle;
  for (uint64_t number = 1; number <= batches; ++number)
    for (const TestDocument& document : batch(number)) oracle[document.id] = document;
  return oracle;
}

// Empty when the store holds exactly what these batches wrote.
std::string differs(Store& store, uint64_t batches) {
  const Oracle oracle = state_after(batches);
  if (store.stats()->documents != oracle.size()) return "number of documents";
  for (const auto& [id, document] : oracle) {
    if (auto difference = document_differs(store, document); !difference.empty()) return difference;
    for (size_t i = 0; i < document.chunks; i += 4)
      if (auto difference = vector_differs(store, document, i, kDimensions); !difference.empty()) return difference;
  }
  return {};
}

TEST(StoreCrash, AKilledWriterLosesNothingThatItAcknowledged) {
  StoreFolder folder;
  std::mt19937_64 random(7);
  Log log;
  size_t in_flight_kept = 0;
  uint64_t longest_us = 30000;  // grows where nothing is acknowledged that soon: under a sanitizer, beside other work
  for (int round = 0; round < 60; ++round) {
    const auto before = log.acknowledged;
    const auto after = run_and_kill(folder.store(), log, std::chrono::microseconds(random() % longest_us));
    ASSERT_TRUE(after) << "the child ended by itself in round " << round;
    log = *after;
    if (log.acknowledged == before) longest_us = std::min<uint64_t>(longest_us * 3 / 2, 1000000);
    auto store = round % 2 == 0 ? open_to_write(folder.store(), kDimensions) : open_to_read(folder.store());
    ASSERT_TRUE(store.ok()) << store.error().what();
    // The batch in flight is there as a whole or not at all.
    const std::string without = differs(**store, log.acknowledged);
    if (!without.empty()) {
      ASSERT_EQ(differs(**store, log.announced), "") << without;
      ++in_flight_kept;
      log.acknowledged = log.announced;
    } else {
      log.announced = log.acknowledged;
    }
  }
  EXPECT_GT(log.acknowledged, 20U);
  std::printf("%llu batches acknowledged over 60 kills, %zu kept although the kill came before the acknowledgement\n",
              static_cast<unsigned long long>(log.acknowledged), in_flight_kept);
}

// Writes beyond the limit fail with EFBIG while this lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_limit_);
    const rlimit limit = {bytes, old_limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_limit_);
    std::signal(SIGXFSZ, old_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit old_limit_ = {};
  void (*old_handler_)(int);
};

TEST(StoreCrash, AFullDiskIsAnErrorAndTheOldStateStays) {
  StoreFolder folder;
  {
    ASSERT_TRUE(upsert(*open_to_write(folder.store(), kDimensions).value(), batch(1), kDimensions).ok());
  }
  const auto largest = std::filesystem::file_size(folder.store() + "/collection.db");
  uint64_t done = 1;
  size_t failures = 0;
  for (rlim_t limit = 4096; limit < 4 * largest; limit += 6007) {
    {
      const auto store = open_to_write(folder.store(), kDimensions).value();
      const FileSizeLimit full(limit);
      const auto written = upsert(*store, batch(done + 1), kDimensions);
      if (!written) {
        ++failures;
        EXPECT_EQ(written.error().code(), Code::io) << written.error().what();
      }
      done += written ? 1 : 0;
    }
    const auto store = open_to_write(folder.store(), kDimensions).value();
    ASSERT_EQ(differs(*store, done), "") << "limit " << limit;
    ASSERT_TRUE(upsert(*store, batch(done + 1), kDimensions).ok());
    ++done;
  }
  EXPECT_GT(failures, 3U);
}

TEST(StoreCrash, AfterAFailedWriteTheSameStoreGoesOn) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kDimensions).value();
  ASSERT_TRUE(upsert(*store, batch(1), kDimensions).ok());
  {
    const FileSizeLimit full(4096);
    EXPECT_FALSE(upsert(*store, batch(2), kDimensions).ok());
    EXPECT_EQ(differs(*store, 1), "");
  }
  ASSERT_TRUE(upsert(*store, batch(2), kDimensions).ok());
  EXPECT_EQ(differs(*store, 2), "");
}

TEST(StoreCrash, AMergeThatFailsLeavesTheOldFilesAndCanBeTriedAgain) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kDimensions).value();
  for (uint64_t number = 1; number <= 21; ++number) ASSERT_TRUE(upsert(*store, batch(number), kDimensions).ok());
  {
    const FileSizeLimit full(8192);
    EXPECT_FALSE(store->maintain({}).ok());
    EXPECT_EQ(differs(*store, 21), "");
  }
  ASSERT_TRUE(store->maintain({}).ok());
  EXPECT_EQ(store->stats()->segments, 1U);
  EXPECT_EQ(differs(*store, 21), "");
}

}  // namespace
}  // namespace vicinal::index
