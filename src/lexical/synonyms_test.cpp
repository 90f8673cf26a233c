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
