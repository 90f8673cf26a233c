// Collections where they can be read only, where the disk is full, and copied by other programs while they are written.

#include <gtest/gtest.h>

#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "base/as_nobody_for_tests.h"
#include "base/error_lines.h"
#include "index/first_format_for_tests.h"
#include "index/verify.h"
#include "index/words_for_tests.h"

namespace vicinal::index {
namespace {

constexpr size_t kDimensions = 8;

std::vector<TestDocument> all_of(uint64_t version) {
  std::vector<TestDocument> documents;
  for (int i = 0; i < 16; ++i) documents.push_back({"doc-" + std::to_string(i), version, 20});
  return documents;
}

void set_mode(const std::string& path, std::filesystem::perms mode) { std::filesystem::permissions(path, mode); }

constexpr auto kReadOnly = std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec;
constexpr uint64_t kFreshPassages = 100;

std::string words_differ(Store& store, const std::vector<TestDocument>& documents) {
  Oracle oracle;
  for (const TestDocument& document : documents) oracle[document.id] = document;
  auto passages = plain_passages(oracle);
  for (PlainPassage& passage : passages) passage.arrival = 0;  // versions do not tell who came first
  std::mt19937_64 random(1);
  for (int i = 0; i < 5; ++i) {
    const auto clauses = random_clauses(random, documents.size());
    const std::string query = typed(clauses);
    LexicalSearch request = {.query = query, .limit = 1000};
    const auto found = store.search_words(request);
    if (!found) return found.error().what();
    const auto hits = plain_hits(passages, clauses, [](const PlainPassage&) { return true; });
    if (auto wrong = words_differ(*found, request, hits); !wrong.empty()) return query + ": " + wrong;
  }
  return {};
}

bool searches_by_meaning(Store& store) {
  const std::vector<float> query(kDimensions, 0.5F);
  const auto hits = store.search({query, 10, Metric::cosine, false});
  return hits && hits->size() == 10;
}

TEST(StorePlaces, AFolderThatCanOnlyBeReadIsRead) {
  StoreFolder folder;
  ASSERT_TRUE(upsert(*open_to_write(folder.store(), kDimensions).value(), all_of(1), kDimensions).ok());
  const base::AsNobody nobody(folder.path());
  set_mode(folder.store(), kReadOnly);
  {
    const auto store = open_to_read(folder.store());
    ASSERT_TRUE(store.ok()) << store.error().what();
    EXPECT_EQ(document_differs(**store, all_of(1)[3]), "");
    EXPECT_TRUE((*store)->refresh().ok());
    const auto writer = open_to_write(folder.store(), kDimensions);
    ASSERT_FALSE(writer.ok());
    EXPECT_EQ(writer.error().code(), Code::io);
  }
  set_mode(folder.store(), std::filesystem::perms::owner_all);
}

TEST(StorePlaces, WhereNobodyCanWriteWordsAreFoundInSealedAndFreshPassages) {
  StoreFolder folder;
  {
    const auto store = open_to_write(folder.store(), kDimensions, kFreshPassages).value();
    ASSERT_TRUE(upsert(*store, all_of(1), kDimensions) && store->maintain({}));
    ASSERT_TRUE(upsert(*store, {{"doc-3", 2, 5}, {"doc-7", 3, 4}}, kDimensions));
  }
  ASSERT_EQ(look_into(folder.store())->postings_files.size(), 1U);
  const base::AsNobody nobody(folder.path());
  set_mode(folder.store(), kReadOnly);
  auto documents = all_of(1);
  documents[3] = {"doc-3", 2, 5};
  documents[7] = {"doc-7", 3, 4};
  EXPECT_EQ(words_differ(*open_to_read(folder.store()).value(), documents), "");
  set_mode(folder.store(), std::filesystem::perms::owner_all);
}

TEST(StorePlaces, WhereNobodyCanWriteTheFirstFormatIsSearchedByMeaning) {
  StoreFolder folder;
  ASSERT_TRUE(upsert(*open_to_write(folder.store(), kDimensions).value(), all_of(1), kDimensions));
  ASSERT_TRUE(make_first_format(folder.store()));
  const base::AsNobody nobody(folder.path());
  set_mode(folder.store(), kReadOnly);
  const auto store = open_to_read(folder.store()).value();
  EXPECT_FALSE(store->has_words());
  EXPECT_TRUE(searches_by_meaning(*store));
  const auto words = store->search_words({.query = "passage", .limit = 3});
  ASSERT_FALSE(words);
  EXPECT_EQ(words.error().code(), Code::unsupported);
  EXPECT_NE(base::error_lines(words.error()).fix, "");
  set_mode(folder.store(), std::filesystem::perms::owner_all);
}

TEST(StorePlaces, WhereNobodyCanWriteDamagedPostingsCostTheSearchByWordsAlone) {
  StoreFolder folder;
  {
    const auto store = open_to_write(folder.store(), kDimensions, kFreshPassages).value();
    ASSERT_TRUE(upsert(*store, all_of(1), kDimensions) && store->maintain({}));
  }
  const std::string path = look_into(folder.store())->postings_files.at(0).path;
  {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(300).put('x').flush();
  }
  const base::AsNobody nobody(folder.path());
  set_mode(folder.store(), kReadOnly);
  const auto store = open_to_read(folder.store()).value();
  EXPECT_TRUE(searches_by_meaning(*store));
  EXPECT_EQ(document_differs(*store, all_of(1)[3]), "");
  const auto words = store->search_words({.query = "passage", .limit = 3});
  ASSERT_FALSE(words);
  EXPECT_EQ(words.error().code(), Code::corrupt);
  EXPECT_NE(words.error().what().find(path), std::string::npos) << words.error().what();
  EXPECT_NE(base::error_lines(words.error()).fix.find("--mode dense"), std::string::npos);
  const auto report = verify(folder.store(), {});
  ASSERT_TRUE(report.ok()) << report.error().what();
  EXPECT_EQ(report->damages, 1U);
  EXPECT_EQ(report->derived_damages, 1U);
  set_mode(folder.store(), std::filesystem::perms::owner_all);
}

TEST(StorePlaces, AFolderThatCanOnlyBeReadWithCommitsInItsLogSaysWhatToDo) {
  StoreFolder folder;
  const std::string copy = folder.path() + "/copy";
  {
    const auto store = open_to_write(folder.store(), kDimensions).value();
    ASSERT_TRUE(upsert(*store, all_of(1), kDimensions).ok());
    std::filesystem::copy(folder.store(), copy);
  }
  std::filesystem::remove(copy + "/collection.db-shm");
  const base::AsNobody nobody(folder.path());
  set_mode(copy, kReadOnly);
  const auto store = open_to_read(copy);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code(), Code::io) << store.error().what();
  EXPECT_NE(base::error_lines(store.error()).fix.find("can be written"), std::string::npos) << store.error().what();
  set_mode(copy, std::filesystem::perms::owner_all);
}

/// A disk of a megabyte, where the user may mount one.
class SmallDisk {
 public:
  explicit SmallDisk(std::string path) : path_(std::move(path)) {
    std::filesystem::create_directory(path_);
    mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=1m") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }

 private:
  std::string path_;
  bool mounted_ = false;
};

TEST(StorePlaces, AFullDiskSaysSoAndWhatToDoAndGoesOnWhenThereIsRoom) {
  StoreFolder folder;
  const std::string disk = folder.path() + "/disk";
  const SmallDisk small(disk);
  if (!small.mounted()) GTEST_SKIP() << "no disk can be mounted here";
  const std::string ballast = disk + "/ballast";
  std::ofstream(ballast) << std::string(size_t{300} << 10, 'x');
  const auto store = open_to_write(disk + "/store", kDimensions).value();
  uint64_t version = 0;
  Result<> done;
  while (version < 1000 && done.ok()) done = upsert(*store, all_of(++version), kDimensions);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code(), Code::io) << done.error().what();
  EXPECT_NE(base::error_lines(done.error()).fix.find("make room"), std::string::npos) << done.error().what();
  EXPECT_EQ(document_differs(*store, all_of(version - 1)[5]), "");
  std::filesystem::remove(ballast);
  done = upsert(*store, all_of(version), kDimensions);
  ASSERT_TRUE(done.ok()) << done.error().what();
  EXPECT_EQ(document_differs(*store, all_of(version)[5]), "");
}

TEST(StorePlaces, ADiskThatIsFullWhenWordsAreSealedSaysSoAndTheyAreFoundAllTheSame) {
  StoreFolder folder;
  const std::string disk = folder.path() + "/disk", ballast = disk + "/ballast";
  const SmallDisk small(disk);
  if (!small.mounted()) GTEST_SKIP() << "no disk can be mounted here";
  const auto store = open_to_write(disk + "/store", kDimensions, kFreshPassages).value();
  ASSERT_TRUE(upsert(*store, all_of(1), kDimensions));
  {
    std::ofstream fill(ballast, std::ios::binary);
    const std::string block(1024, 'x');
    while ((fill << block).flush()) continue;
  }
  const auto sealed = store->maintain({});
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().code(), Code::io) << sealed.error().what();
  EXPECT_NE(base::error_lines(sealed.error()).fix.find("make room"), std::string::npos) << sealed.error().what();
  EXPECT_EQ(words_differ(*store, all_of(1)), "");
  std::filesystem::remove(ballast);
  ASSERT_TRUE(store->maintain({}));
  EXPECT_EQ(look_into(disk + "/store")->postings_files.size(), 1U);
  EXPECT_EQ(words_differ(*store, all_of(1)), "");
}

[[noreturn]] void write_until_killed(const std::string& folder) {
  const auto store = open_to_write(folder, kDimensions, kFreshPassages);
  for (uint64_t version = 2; store && upsert(**store, all_of(version), kDimensions).ok(); ++version)
    if (version % 3 == 0 && !(version % 9 == 0 ? (*store)->compact({}) : (*store)->maintain({})).ok()) break;
  ::_exit(1);
}

void copy_file_by_file(const std::string& from, const std::string& to) {
  std::error_code ignored;  // a file may be gone again
  std::filesystem::create_directory(to);
  for (const auto& entry : std::filesystem::directory_iterator(from)) {
    std::filesystem::copy_file(entry.path(), to + "/" + entry.path().filename().string(), ignored);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

// Empty: whole and of one version. Else the error with which it is refused. A file of postings that was unlinked before
// it was copied costs the search by words alone.
std::string refusal_of(const std::string& folder) {
  const auto store = open_to_read(folder);
  if (!store) return store.error().what();
  const auto first = (*store)->get("doc-0");
  if (!first) return first.error().what();
  const uint64_t version = std::stoull(first->text.substr(first->text.find("version ") + 8));
  for (const TestDocument& document : all_of(version)) {
    const auto found = (*store)->get(document.id);
    if (!found && found.error().code() == Code::corrupt) return found.error().what();
    const std::string wrong = document_differs(**store, document);
    EXPECT_EQ(wrong, "") << "a copy mixes commits and nothing says so";
    EXPECT_EQ(vector_differs(**store, document, 7, kDimensions), "");
  }
  const std::string wrong = words_differ(**store, all_of(version));
  EXPECT_TRUE(wrong.empty() || wrong.starts_with("corrupt")) << "a copy mixes commits and nothing says so: " << wrong;
  return wrong;
}

TEST(StorePlaces, ACopyMadeFileByFileDuringWritesIsOfOneCommitOrRefused) {
  StoreFolder folder;
  ASSERT_TRUE(upsert(*open_to_write(folder.store(), kDimensions).value(), all_of(1), kDimensions).ok());
  const pid_t writer = ::fork();
  if (writer == 0) write_until_killed(folder.store());
  size_t refused = 0;
  for (int i = 0; i < 40; ++i) {
    const std::string copy = folder.path() + "/copy-" + std::to_string(i);
    copy_file_by_file(folder.store(), copy);
    refused += refusal_of(copy).empty() ? 0 : 1;
    std::filesystem::remove_all(copy);
  }
  ::kill(writer, SIGKILL);
  ::waitpid(writer, nullptr, 0);
  std::printf("%zu of 40 copies were refused\n", refused);
  EXPECT_EQ(refusal_of(folder.store()), "");
}

}  // namespace
}  // namespace vicinal::index
