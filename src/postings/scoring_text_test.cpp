// A scoring as it is written.

#include "postings/scoring_text.h"

#include <gtest/gtest.h>

namespace vicinal::postings {
namespace {

std::string rewritten(std::string_view text) { return scoring_text(parse_scoring(text).value()); }

TEST(ScoringText, LeavesOutWhatIsUsual) {
  EXPECT_EQ(rewritten(""), "lucene,k1=1.2,b=0.75");
  EXPECT_EQ(rewritten("lucene"), "lucene,k1=1.2,b=0.75");
  EXPECT_EQ(rewritten("okapi b=0.4"), "okapi,k1=1.2,b=0.4");
  EXPECT_EQ(rewritten("atire,k1=0.9, b=0.4"), "atire,k1=0.9,b=0.4");
  EXPECT_EQ(rewritten("plus,delta=0.5"), "bm25plus,k1=1.2,b=0.75,delta=0.5");
  EXPECT_EQ(rewritten(rewritten("bm25plus,k1=2")), rewritten("bm25plus,k1=2"));
}

TEST(ScoringText, AnErrorSaysWhatWasMeant) {
  EXPECT_NE(parse_scoring("lucen").error().what().find("lucene?"), std::string::npos);
  EXPECT_NE(parse_scoring("lucene,k2=1").error().what().find("k1=?"), std::string::npos);
  for (const std::string_view wrong : {"impact", "lucene,k1=", "lucene,k1=x", "lucene,b=2", "lucene,k1=-1",
                                       "lucene,delta=1", "lucene,k1=nan", "lucene,k1=1e999", "k1=1"})
    EXPECT_FALSE(parse_scoring(wrong).ok()) << wrong;
}

}  // namespace
}  // namespace vicinal::postings
