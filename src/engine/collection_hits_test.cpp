// What a hit says besides its passage: lines around it, headings above it, what it stands for.

#include <gmock/gmock.h>

#include "engine/collection_for_tests.h"

namespace vicinal {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CollectionHits : public CollectionTest {
 protected:
  Hit best(std::string_view query, SearchOptions options = {}) {
    options.mode = SearchMode::lexical;
    auto result = reopen().search(query, options).value();
    EXPECT_FALSE(result.hits.empty());
    return result.hits.empty() ? Hit() : result.hits.front();
  }
};

TEST_F(CollectionHits, LinesAroundAPassageAreThoseOfTheDocument) {
  const std::string text = "the river\nflows through\n\nthe old lantern\nin the garden\n";
  write("notes/lines.txt", text);
  open({.chunk = ChunkSpec{.size_tokens = 3, .overlap_tokens = 0}}).index_paths({file("notes")}).value();
  for (const size_t lines : {size_t{1}, size_t{2}, size_t{100}}) {
    const Hit hit = best("lantern", {.context = lines});
    const std::string around = hit.before + hit.text + hit.after;
    EXPECT_NE(("\n" + text).find("\n" + around + "\n"), std::string::npos) << around;
    EXPECT_EQ(hit.context_line, std::max<size_t>(lines, 4) == lines ? 1 : 4 - lines);
  }
  const Hit without = best("lantern");
  EXPECT_TRUE(without.before.empty() && without.after.empty() && without.context_line == 0);
}

TEST_F(CollectionHits, HeadingsAreThoseAboveThePassage) {
  write("notes/deep.md", "# city\n\nmoney\n\n## harbour\n\n### ship\n\nthe ship sails\n\n## market\n\nold lantern\n");
  write("notes/page.html", "<h1>alps</h1><h2>winter</h2><p>a green engine</p><h2>sea</h2><p>copper</p>");
  open({.chunk = ChunkSpec{.size_tokens = 6, .overlap_tokens = 0}}).index_paths({file("notes")}).value();
  EXPECT_THAT(best("sails").headings, ElementsAre("city", "harbour", "ship"));
  EXPECT_THAT(best("lantern").headings, ElementsAre("city", "market"));
  EXPECT_THAT(best("engine").headings, ElementsAre("alps", "winter"));
  EXPECT_THAT(best("refund").headings, IsEmpty());
  write("notes/page.html", "<h1>other</h1>");
  EXPECT_THAT(best("engine").headings, IsEmpty()) << "the page that was indexed is gone";
}

TEST_F(CollectionHits, EqualTextsStandBehindOneHit) {
  std::string rows;
  for (int i = 0; i < 250; ++i) rows += R"({"_id":"r)" + std::to_string(i) + R"(","text":"the red ship sails"})" + "\n";
  write("rows.jsonl", rows + R"({"_id":"z","text":"the old ship"})" + "\n");
  index({"rows.jsonl"});
  SearchOptions options{.mode = SearchMode::lexical};
  options.fold = 1;
  const auto hits = reopen().search("ship", options).value().hits;
  ASSERT_EQ(hits.size(), 2u) << "arms are asked for more until there is enough, or no more";
  for (const Hit& hit : hits) EXPECT_EQ(hit.folded.size(), hit.document == "z" ? 0u : 249u);
}

}  // namespace
}  // namespace vicinal
