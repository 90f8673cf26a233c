#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

#include "filter/expression.h"
#include "index/backup.h"
#include "index/first_format_for_tests.h"
#include "index/store_for_tests.h"
#include "index/verify.h"

namespace vicinal::index {
namespace {

constexpr size_t kWide = 2;

/// The version is in every passage of test_text: "Passage 3 of doc-7, version 12."
std::set<std::string> found(Store& store, std::string_view query, const filter::Condition& where = {}) {
  std::set<std::string> ids;
  const auto answer = store.search_words({.query = query, .limit = 1000, .where = where});
  EXPECT_TRUE(answer) << answer.error().what();
  if (!answer) return ids;
  for (const StoreHit& hit : answer->hits) ids.insert(hit.document + "#" + std::to_string(hit.ordinal));
  return ids;
}

std::vector<std::string> lexical_files(const std::string& folder) {
  std::vector<std::string> paths;
  const FolderContent content = look_into(folder).value();
  for (const auto& file : content.postings_files) paths.push_back(file.path);
  return paths;
}

std::vector<TestDocument> many(size_t documents, size_t chunks, uint64_t version, const std::string& name = "doc") {
  std::vector<TestDocument> all;
  for (size_t i = 0; i < documents; ++i) all.push_back({name + std::to_string(i), version, chunks});
  return all;
}

TEST(StoreWords, APassageIsFoundAsSoonAsItIsAcknowledged) {
  StoreFolder folder;
  const auto writer = open_to_write(folder.store(), kWide).value();
  const auto reader = open_to_read(folder.store()).value();
  EXPECT_TRUE(found(*reader, "passage").empty());
  ASSERT_TRUE(upsert(*writer, {{"apple", 1, 2}, {"pear", 2, 1}}, kWide));
  EXPECT_EQ(found(*writer, "apple"), (std::set<std::string>{"apple#0", "apple#1"}));
  EXPECT_TRUE(found(*reader, "apple").empty());
  ASSERT_TRUE(reader->refresh());
  EXPECT_EQ(found(*reader, "pear"), (std::set<std::string>{"pear#0"}));
  EXPECT_EQ(found(*reader, "+passage -pear"), (std::set<std::string>{"apple#0", "apple#1"}));
}

TEST(StoreWords, ReplacedAndRemovedDocumentsAreFoundNoMore) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kWide).value();
  ASSERT_TRUE(upsert(*store, many(3000, 1, 11), kWide));
  ASSERT_TRUE(store->maintain({}));
  ASSERT_EQ(lexical_files(folder.store()).size(), 1u);
  ASSERT_TRUE(upsert(*store, {{"doc5", 77, 1}}, kWide));
  ASSERT_TRUE(store->remove(std::vector<std::string>{"doc6"}));
  EXPECT_EQ(found(*store, "+doc5"), (std::set<std::string>{"doc5#0"}));
  EXPECT_EQ(found(*store, "+doc5 +11"), std::set<std::string>());
  EXPECT_EQ(found(*store, "+doc5 +77"), (std::set<std::string>{"doc5#0"}));
  EXPECT_TRUE(found(*store, "+doc6").empty());
  EXPECT_TRUE(verify(folder.store(), {})->findings.empty());
}

TEST(StoreWords, ScoresDoNotDependOnFilesAndDeadPassages) {
  StoreFolder one, two;
  const auto sealed = open_to_write(one.store(), kWide).value(), fresh = open_to_write(two.store(), kWide).value();
  for (uint64_t round = 0; round < 4; ++round) {
    ASSERT_TRUE(upsert(*sealed, many(900, 3, round, "doc"), kWide));
    ASSERT_TRUE(sealed->maintain({}));
  }
  ASSERT_TRUE(upsert(*fresh, many(900, 3, 3, "doc"), kWide));
  for (const char* query : {"doc7 version", "passage 2 doc70", "title of doc899"}) {
    const auto x = sealed->search_words({.query = query, .limit = 20}),
               y = fresh->search_words({.query = query, .limit = 20});
    ASSERT_TRUE(x && y);
    ASSERT_EQ(x->hits.size(), y->hits.size());
    for (size_t i = 0; i < x->hits.size(); ++i) {
      EXPECT_EQ(x->hits[i].document, y->hits[i].document);
      EXPECT_EQ(x->hits[i].score, y->hits[i].score);
    }
  }
}

TEST(StoreWords, FieldsAreToldApartInFilesAndInMemory) {
  StoreFolder one, two;
  const auto sealed = open_to_write(one.store(), kWide).value(), fresh = open_to_write(two.store(), kWide).value();
  const std::vector<std::string> names = {"notes"};
  const auto with_notes = [](uint64_t version) {
    std::vector<TestDocument> documents = many(40, 3, version);
    for (size_t i = 0; i < documents.size(); ++i) documents[i].notes = i % 3;
    return documents;
  };
  ASSERT_TRUE(sealed->add_fields(names) && fresh->add_fields(names));
  ASSERT_TRUE(upsert(*sealed, with_notes(1), kWide));
  ASSERT_TRUE(sealed->compact({}));
  ASSERT_TRUE(upsert(*sealed, with_notes(2), kWide));
  ASSERT_TRUE(sealed->compact({}));
  ASSERT_TRUE(upsert(*sealed, {{"doc8", 2, 3, 2}}, kWide));
  ASSERT_TRUE(upsert(*fresh, with_notes(2), kWide));
  for (const FieldWeights& fields : {FieldWeights{}, FieldWeights{1, 0}, FieldWeights{0, 1}, FieldWeights{1, 3}}) {
    const LexicalSearch search{.query = "passage doc8 doc9", .limit = 1000, .fields = fields};
    const auto x = sealed->search_words(search), y = fresh->search_words(search);
    ASSERT_TRUE(x && y);
    std::map<std::pair<std::string, size_t>, float> a, b;
    for (const StoreHit& hit : x->hits) a[{hit.document, hit.ordinal}] = hit.score;
    for (const StoreHit& hit : y->hits) b[{hit.document, hit.ordinal}] = hit.score;
    EXPECT_EQ(a, b);
    EXPECT_EQ(a.size(), sealed->count({}, fields)->chunks);
    const bool notes_only = !fields.empty() && fields[0] == 0;
    for (const auto& [place, score] : a) EXPECT_TRUE(!notes_only || place.second >= 3) << place.first;
  }
  EXPECT_TRUE(verify(one.store(), {})->findings.empty());
}

TEST(StoreWords, FilesStayFewAndCompactingLeavesOne) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kWide).value();
  for (uint64_t round = 0; round < 14; ++round) {
    ASSERT_TRUE(upsert(*store, many(7, 300, round, "r" + std::to_string(round) + "x"), kWide));
    ASSERT_TRUE(store->maintain({}));
    EXPECT_LE(lexical_files(folder.store()).size(), 8u);
  }
  EXPECT_EQ(found(*store, "+r9x3").size(), 300u);
  ASSERT_TRUE(store->remove(std::vector<std::string>{"r9x3"}));
  ASSERT_TRUE(store->compact({}));
  EXPECT_EQ(lexical_files(folder.store()).size(), 1u);
  EXPECT_TRUE(found(*store, "+r9x3").empty());
  EXPECT_EQ(found(*store, "+r9x4").size(), 300u);
  EXPECT_TRUE(verify(folder.store(), {})->findings.empty());
}

TEST(StoreWords, AnotherAnalysisDropsThePostingsAndMakesThemAnew) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kWide).value();
  ASSERT_TRUE(upsert(*store, many(3000, 1, 1), kWide));
  ASSERT_TRUE(store->maintain({}));
  ASSERT_TRUE(store->remove(std::vector<std::string>{"doc6"}));
  const auto reader = open_to_read(folder.store()).value();
  EXPECT_EQ(found(*reader, "passages").size(), 1000u);  // stemmed; the most that found() asks for
  ASSERT_TRUE(store->set_words({.analyzer = "unicode stem=none", .scoring = "okapi", .language = "de"}));
  EXPECT_TRUE(lexical_files(folder.store()).empty());
  EXPECT_EQ(found(*reader, "passages").size(), 1000u);  // of the commit that it holds
  ASSERT_TRUE(reader->refresh());
  EXPECT_TRUE(found(*reader, "passages").empty());
  EXPECT_EQ(found(*reader, "passage").size(), 1000u);
  ASSERT_TRUE(store->maintain({}));
  EXPECT_EQ(lexical_files(folder.store()).size(), 1u);
  EXPECT_TRUE(found(*store, "passages").empty());
  EXPECT_EQ(found(*store, "passage").size(), 1000u);
  EXPECT_EQ(open_to_read(folder.store()).value()->identity().words.scoring, "okapi");
  EXPECT_TRUE(verify(folder.store(), {})->findings.empty());
}

TEST(StoreWords, AnotherFormulaKeepsThePostings) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kWide).value();
  ASSERT_TRUE(upsert(*store, many(3000, 1, 1), kWide));
  ASSERT_TRUE(store->maintain({}));
  const auto before = lexical_files(folder.store());
  ASSERT_TRUE(store->set_words({.scoring = "atire,k1=2"}));
  EXPECT_EQ(lexical_files(folder.store()), before);
  EXPECT_EQ(found(*store, "+doc7"), (std::set<std::string>{"doc7#0"}));
}

TEST(StoreWords, AFilterNarrowsWhatIsFound) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kWide).value();
  ASSERT_TRUE(upsert(*store, many(2500, 1, 1), kWide));  // {"version":1}
  ASSERT_TRUE(store->maintain({}));
  ASSERT_TRUE(upsert(*store, {{"late", 3, 2}, {"odd", 5, 1}}, kWide));
  const auto where = filter::parse_filter("version >= 3").value();
  EXPECT_EQ(found(*store, "passage", where), (std::set<std::string>{"late#0", "late#1", "odd#0"}));
  EXPECT_TRUE(found(*store, "+doc7", where).empty());
}

TEST(StoreWords, NamedPassagesAreScoredExactly) {
  StoreFolder folder;
  const auto store = open_to_write(folder.store(), kWide).value();
  ASSERT_TRUE(upsert(*store, many(2500, 1, 1), kWide));
  ASSERT_TRUE(store->maintain({}));
  ASSERT_TRUE(upsert(*store, {{"late", 3, 2}}, kWide));
  const auto all = store->search_words({.query = "passage late", .limit = 5000}).value();
  std::map<std::string, float> scores;
  for (const StoreHit& hit : all.hits) scores[hit.document + std::to_string(hit.ordinal)] = hit.score;
  const std::vector<PassageName> names = {{"late", 1}, {"doc17", 0}, {"doc17", 9}, {"nobody", 0}};
  const auto few = store->search_words({.query = "passage late", .limit = 1, .also = names}).value();
  EXPECT_EQ(few.also, (std::vector<float>{scores["late1"], scores["doc170"], 0, 0}));
  EXPECT_GT(few.largest, few.hits.front().score);
}

constexpr std::streamoff kInTables = -200;

void damage(const std::string& path, std::streamoff at = kInTables) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(at, at < 0 ? std::ios::end : std::ios::beg);
  file.put('\x5A').put('\x5A').put('\x5A');
}

TEST(StoreWords, DamagedOrLostPostingsAreToldAndMadeAnew) {
  for (const bool lose : {false, true}) {
    StoreFolder folder;
    ASSERT_TRUE(upsert(*open_to_write(folder.store(), kWide).value(), many(3000, 1, 4), kWide));
    ASSERT_TRUE(open_to_write(folder.store(), kWide).value()->maintain({}));
    const std::string path = lexical_files(folder.store()).at(0);
    if (lose)
      std::filesystem::remove(path);
    else
      damage(path);
    {
      const auto reader = open_to_read(folder.store()).value();
      const auto answer = reader->search_words({.query = "doc7", .limit = 3});
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.error().code(), Code::corrupt);
      EXPECT_EQ(reader->search({.query = std::vector<float>{1, 0}, .limit = 3, .metric = Metric::cosine})->size(), 3u);
    }
    const auto report = verify(folder.store(), {}).value();
    ASSERT_EQ(report.damages, 1u);
    EXPECT_NE(report.findings[0].fix.find("compact"), std::string::npos);
    ASSERT_TRUE(open_to_write(folder.store(), kWide).value()->maintain({}));
    EXPECT_EQ(found(*open_to_read(folder.store()).value(), "+doc7"), (std::set<std::string>{"doc7#0"}));
    EXPECT_TRUE(verify(folder.store(), {})->findings.empty());
  }
}

// Lists are looked at when they are read, so a file opens although one of them is damaged.
TEST(StoreWords, ADamagedListIsFoundByAMergeAndByCompactingAndMadeAnew) {
  for (const bool compacts : {false, true}) {
    StoreFolder folder;
    const auto store = open_to_write(folder.store(), kWide).value();
    ASSERT_TRUE(upsert(*store, many(3000, 1, 4), kWide));
    ASSERT_TRUE(store->maintain({}));
    const std::string path = lexical_files(folder.store()).at(0);
    damage(path, 1000);
    ASSERT_EQ(verify(folder.store(), {})->damages, 1u);
    if (!compacts) {  // a fifth is dead
      ASSERT_TRUE(upsert(*store, many(700, 1, 5), kWide));
    }
    const auto done = compacts ? store->compact({}) : store->maintain({});
    ASSERT_TRUE(done) << done.error().what();
    EXPECT_TRUE(verify(folder.store(), {})->findings.empty());
    EXPECT_EQ(found(*open_to_read(folder.store()).value(), "+doc7"), (std::set<std::string>{"doc7#0"}));
  }
}

TEST(StoreWords, PostingsOfAnotherAnalysisAreMadeAnew) {
  for (const bool compacts : {false, true}) {
    StoreFolder folder;
    ASSERT_TRUE(upsert(*open_to_write(folder.store(), kWide).value(), many(50, 1, 4), kWide));
    ASSERT_TRUE(open_to_write(folder.store(), kWide).value()->compact({}));
    ASSERT_TRUE(Database::open(database_path(folder.store()), Database::Mode::write)
                    ->execute("UPDATE manifest SET value = 'unicode noparts' WHERE key = 'analyzer'"));
    EXPECT_EQ(open_to_read(folder.store()).value()->search_words({.query = "doc7", .limit = 3}).error().code(),
              Code::corrupt);
    {
      const auto writer = open_to_write(folder.store(), kWide).value();
      ASSERT_TRUE(compacts ? writer->compact({}) : writer->maintain({}));
    }
    EXPECT_EQ(found(*open_to_read(folder.store()).value(), "+doc7"), (std::set<std::string>{"doc7#0"}));
  }
}

TEST(StoreWords, ABackupHasThePostings) {
  StoreFolder folder;
  ASSERT_TRUE(upsert(*open_to_write(folder.store(), kWide).value(), many(3000, 1, 4), kWide));
  ASSERT_TRUE(open_to_write(folder.store(), kWide).value()->maintain({}));
  ASSERT_TRUE(back_up(folder.store(), folder.path() + "/copy", {}));
  EXPECT_EQ(lexical_files(folder.path() + "/copy").size(), 1u);
  EXPECT_EQ(found(*open_to_read(folder.path() + "/copy").value(), "+doc2999"), (std::set<std::string>{"doc2999#0"}));
}

TEST(StoreWords, ACollectionOfTheFirstFormatIsReadAsItIsAndUpgradedByAWriter) {
  StoreFolder folder;
  ASSERT_TRUE(upsert(*open_to_write(folder.store(), kWide).value(), many(50, 2, 4), kWide));
  ASSERT_TRUE(make_first_format(folder.store()));
  {
    const auto reader = open_to_read(folder.store()).value();
    EXPECT_EQ(reader->stats()->chunks, 100u);
    const auto answer = reader->search_words({.query = "doc7", .limit = 3});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), Code::unsupported);
  }
  EXPECT_TRUE(verify(folder.store(), {})->findings.empty());
  const auto writer = open_to_write(folder.store(), kWide).value();
  EXPECT_EQ(found(*writer, "+doc7").size(), 2u);
  EXPECT_EQ(writer->stats()->chunks, 100u);
  EXPECT_TRUE(verify(folder.store(), {})->findings.empty());
}

}  // namespace
}  // namespace vicinal::index
