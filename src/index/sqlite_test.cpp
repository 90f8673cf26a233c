#include "index/sqlite.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "base/file.h"
#include "index/page_checksum.h"
#include "index/store_for_tests.h"

namespace vicinal::index {
namespace {

std::string make_database(const StoreFolder& folder, int rows) {
  const std::string path = folder.path() + "/test #1?.db";
  Database database = Database::open(path, Database::Mode::create).value();
  EXPECT_TRUE(database.execute("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c BLOB)"));
  for (int i = 0; i < rows; ++i)
    EXPECT_TRUE(database.run("INSERT INTO t VALUES (?, ?, ?)", int64_t{i}, std::string(100, 'x'), Blob{}));
  EXPECT_TRUE(database.execute("PRAGMA journal_mode = WAL"));
  return path;
}

Result<int64_t> sum_of(const std::string& path) {
  VICINAL_TRY(Database database, Database::open(path, Database::Mode::read));
  VICINAL_TRY(Query query, database.query("SELECT sum(a + length(b)) FROM t"));
  VICINAL_TRY([[maybe_unused]] const bool row, query.next());
  return query.integer(0);
}

TEST(Sqlite, TextWithNulAndBlobsComeBackAsTheyWere) {
  StoreFolder folder;
  const std::string path = make_database(folder, 0);
  Database database = Database::open(path, Database::Mode::write).value();
  const std::string text("a\0b", 3);
  ASSERT_TRUE(database.run("INSERT INTO t VALUES (7, ?, ?)", text, Blob{std::as_bytes(std::span(text))}));
  Query query = database.query("SELECT b, c, a FROM t WHERE b = ?", text).value();
  ASSERT_TRUE(query.next().value());
  EXPECT_EQ(query.text(0), text);
  EXPECT_EQ(query.blob(1).size(), 3U);
  EXPECT_EQ(query.integer(2), 7);
  EXPECT_FALSE(query.next().value());
}

TEST(Sqlite, AStatementThatIsInUseCanBeUsedAgainInside) {
  StoreFolder folder;
  const std::string path = make_database(folder, 3);
  Database database = Database::open(path, Database::Mode::read).value();
  static constexpr const char* kSql = "SELECT a FROM t ORDER BY a";
  Query outer = database.query(kSql).value();
  ASSERT_TRUE(outer.next().value());
  {
    Query inner = database.query(kSql).value();
    ASSERT_TRUE(inner.next().value());
    ASSERT_TRUE(inner.next().value());
    EXPECT_EQ(inner.integer(0), 1);
  }
  EXPECT_EQ(outer.integer(0), 0);
}

TEST(Sqlite, ATransactionThatIsNotCommittedLeavesNothing) {
  StoreFolder folder;
  const std::string path = make_database(folder, 1);
  Database database = Database::open(path, Database::Mode::write).value();
  {
    Transaction transaction = Transaction::begin(database, Transaction::Kind::write).value();
    ASSERT_TRUE(database.run("DELETE FROM t"));
  }
  EXPECT_EQ(sum_of(path).value(), 100);
}

TEST(PageChecksum, AFlippedBitAnywhereInTheDatabaseIsAnErrorOrWithoutEffect) {
  StoreFolder folder;
  const std::string path = make_database(folder, 60);
  const int64_t right = sum_of(path).value();
  const std::string bytes = base::read_file(path).value();
  ASSERT_EQ(bytes.size() % kPageBytes, 0U);
  size_t errors = 0;
  for (size_t at = 0; at < bytes.size(); at += 37) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    std::ofstream(path, std::ios::binary) << damaged;
    const auto sum = sum_of(path);
    errors += sum ? 0 : 1;
    if (sum) {
      EXPECT_EQ(*sum, right) << at;
    }
  }
  EXPECT_GT(errors, bytes.size() / 37 / 2);
}

TEST(PageChecksum, APageAtAnotherPlaceFails) {
  std::vector<std::byte> page(kPageBytes, std::byte{7});
  const std::span<std::byte, kPageBytes> view(page.data(), kPageBytes);
  seal_page(view, 3);
  EXPECT_TRUE(page_is_sealed(view, 3));
  EXPECT_FALSE(page_is_sealed(view, 4));
}

TEST(Sqlite, DamageIsCorruptAndNamesThePath) {
  StoreFolder folder;
  const std::string path = folder.path() + "/not.db";
  std::ofstream(path) << "this is no database, although it is long enough to have a header: " << std::string(8192, 'x');
  const auto sum = sum_of(path);
  ASSERT_FALSE(sum.ok());
  EXPECT_EQ(sum.error().code(), Code::corrupt);
  EXPECT_NE(sum.error().what().find("not.db"), std::string::npos);
}

}  // namespace
}  // namespace vicinal::index
