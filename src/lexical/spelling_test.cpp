// Corrections of words that an index does not have.

#include "lexical/spelling.h"

#include <gtest/gtest.h>

#include <map>

#include "lexical/tokens_for_tests.h"

namespace vicinal::lexical {
namespace {

class Spelling : public testing::Test {
 protected:
  /// Corrected queries: stems stand for words.
  std::string corrected(std::string_view text, std::vector<std::string> languages = {""}) {
    const Query query = resolve(parse_query(text), Analyzer(), languages);
    const TermDictionary dictionary{
        .frequency =
            [&](std::string_view key) { return terms_.contains(std::string(key)) ? terms_[std::string(key)] : 0; },
        .enumerate =
            [&](std::string_view prefix, const TermDictionary::Visit& visit) {
              for (auto at = terms_.lower_bound(std::string(prefix));
                   at != terms_.end() && at->first.starts_with(prefix); ++at)
                if (!visit(at->first, at->second)) return;
            }};
    const auto corrections = propose_corrections(text, query, dictionary);
    return corrected_query(text, query, corrections, std::vector<std::string>(corrections.size()));
  }

  std::map<std::string, uint64_t> terms_ = {{"search", 10},
                                            {"starch", 2},
                                            {"engine", 5},
                                            {"engines", 9},
                                            {"comput\x01"
                                             "en",
                                             7},
                                            {"том", 1}};
};

TEST_F(Spelling, UnknownWordsBecomeTheNearestKnownOnes) {
  EXPECT_EQ(corrected("serach engine"), "search engine");
  EXPECT_EQ(corrected("+serach, -engin"), "+search, -engin");
  EXPECT_EQ(corrected("enginex"), "engines");
  EXPECT_EQ(corrected("compuetr", {"en"}), "comput");
}

TEST_F(Spelling, KnownShortAndDistantWordsStay) {
  EXPECT_EQ(corrected("search starch"), "search starch");
  EXPECT_EQ(corrected("xearch zzzzzz"), "xearch zzzzzz");
  EXPECT_EQ(corrected("дом"), "дом");
  EXPECT_EQ(corrected("sea"), "sea");
  EXPECT_EQ(corrected("searc4 \"serach x\" sera*"), "searc4 \"serach x\" sera*");
}

}  // namespace
}  // namespace vicinal::lexical
