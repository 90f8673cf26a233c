// Glossaries: files, and what they add to queries.

#include "lexical/synonyms.h"

#include <gtest/gtest.h>

#include "lexical/tokens_for_tests.h"

namespace vicinal::lexical {
namespace {

/// What was added, in brackets, separated by commas.
std::string added_by(std::string_view glossary, std::string_view text, int times = 1) {
  const Synonyms synonyms = Synonyms::parse(glossary, "g.txt").value();
  const Analyzer analyzer;
  const std::vector<std::string> languages = {""};
  const ParsedQuery parsed = parse_query(text);
  Query query = resolve(parsed, analyzer, languages);
  const size_t before = query.clauses.size();
  for (int i = 0; i < times; ++i) synonyms.expand(parsed, analyzer, languages, query);
  std::string out;
  for (size_t i = before; i < query.clauses.size(); ++i) {
    if (i > before) out += ", ";
    for (const ClauseTerm& term : query.clauses[i].terms)
      out += (&term == &query.clauses[i].terms[0] ? "" : " ") + term.keys[0];
  }
  return out;
}

TEST(Synonyms, AddWhatElseAWordMayBe) {
  EXPECT_EQ(added_by("k8s, Kubernetes, kube\n", "install kubernetes"), "k 8 s, kube");
  EXPECT_EQ(added_by("API => application programming interface, interface", "an API key"),
            "application programming interface, interface");
  EXPECT_EQ(added_by("API => interface", "interface"), "");
  EXPECT_EQ(added_by("api => interface", "capital"), "");
}

TEST(Synonyms, TheLongestLeftSideWins) {
  const char* glossary = "heat pump => thermopump\nheat => warmth\npump => inflate\n";
  EXPECT_EQ(added_by(glossary, "old heat pump"), "thermopump");
  EXPECT_EQ(added_by(glossary, "heat old pump"), "warmth, inflate");
}

TEST(Synonyms, AddNothingTwiceAndNothingToWhatTheyAdded) {
  EXPECT_EQ(added_by("a, b\nb, c\n", "a", 3), "b");
  EXPECT_EQ(added_by("a, b\n", "a b"), "");
}

TEST(Synonyms, AreLiterals) {
  EXPECT_EQ(added_by("C++, cpp\n.NET => dotnet", "C++ and .NET or c"), "cpp, dotnet");
  EXPECT_EQ(added_by("a.c => x", "abc"), "");
}

TEST(Synonyms, LeaveWhatIsMeantAsItStands) { EXPECT_EQ(added_by("a, b", "+a -a \"a\" a*"), ""); }

std::string annotated(std::string_view glossary, std::string_view text) {
  const Synonyms synonyms = Synonyms::parse(glossary, "g.txt").value();
  const std::string once = synonyms.annotated(text);
  EXPECT_EQ(synonyms.annotated(once), once);
  return once;
}

TEST(Synonyms, AnnotateTheFirstPlaceOfAWholeWord) {
  EXPECT_EQ(annotated("API => application programming interface", "The api, the API: rapid."),
            "The api (application programming interface), the API: rapid.");
  EXPECT_EQ(annotated("k8s, kubernetes", "k8s runs"), "k8s (kubernetes) runs");
  EXPECT_EQ(annotated("heat pump => thermopump\nheat => warmth", "a heat  pump, heat. pump"),
            "a heat  pump (thermopump), heat (warmth). pump");
  EXPECT_EQ(annotated("C++, cpp\n.NET => dotnet", "C++, C and .NET"), "C++ (cpp), C and .NET (dotnet)");
  EXPECT_EQ(annotated("a.c => x", "abc a.c"), "abc a.c (x)");
}

TEST(Synonyms, AnnotateNothingThatIsAnnotated) {
  EXPECT_EQ(annotated("API => Application Interface, thing", "an API (application  interface) and API"),
            "an API (application  interface) and API");
  EXPECT_EQ(annotated("a => b c\nb => d\na b => e", "a b, a"), "a b (e), a (b c)");
  EXPECT_EQ(annotated("a => b c\nb => d\na b => e", "a! b"), "a (b c)! b (d)");
  EXPECT_EQ(annotated("API => (sic) x", "API"), "API ((sic) x)");
}

TEST(Synonyms, ATextGrowsByABoundedAmount) {
  std::string glossary, text;
  for (int i = 0; i < 500; ++i) {
    glossary += "w" + std::to_string(i) + "q => " + std::string(50, 'x') + "\n";
    text += "w" + std::to_string(i) + "q ";
  }
  EXPECT_LE(annotated(glossary, text).size(), text.size() + Synonyms::kMaxAddedBytes);
}

TEST(Synonyms, GlossariesThatSayTheSameHaveOneForm) {
  const auto form = [](std::string_view text) { return Synonyms::parse(text, "g.txt").value().canonical(); };
  EXPECT_EQ(form("# a\nAPI =>  interface\n"), form("api => interface"));
  EXPECT_NE(form("API => interface"), form("API => Interface"));
}

TEST(Synonyms, ABrokenFileSaysWhere) {
  for (const char* text :
       {"# fine\n\nalone\n", "# fine\n\na => \n", "# fine\n\n => b\n", "# fine\n\n!!, b\n", "# fine\n\n\xFF, b\n"}) {
    const auto read = Synonyms::parse(text, "g.txt");
    ASSERT_FALSE(read) << text;
    EXPECT_TRUE(read.error().what().contains("path=g.txt")) << read.error().what();
    EXPECT_TRUE(read.error().what().contains("line=3")) << read.error().what();
  }
  EXPECT_FALSE(Synonyms::from_file("/nowhere/g.txt"));
  EXPECT_TRUE(
      Synonyms::parse("\xEF\xBB\xBF"
                      "a, b\r\n",
                      "g.txt"));
}

}  // namespace
}  // namespace vicinal::lexical
