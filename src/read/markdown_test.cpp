#include "read/markdown.h"

#include <gtest/gtest.h>

#include "read/document.h"
#include "read/title.h"

namespace vicinal::read {
namespace {

TEST(Markdown, KeepsTheFilesOwnLines) {
  const std::string text = "---\ntags: [a]\n---\n\n# Pumps\n\n* one\n* **two**\n";
  const Document document = read_bytes(text, Format::markdown).value();
  EXPECT_EQ(document.text, text);
  EXPECT_EQ(document.title, "Pumps");
  EXPECT_TRUE(document.marks.empty());
}

TEST(Markdown, TheTitleIsTheRenderedFirstHeading) {
  EXPECT_EQ(markdown_title("text\n\n## The *solar* `pump` &amp; [more](x.md) \\# ##\n\n# Later\n"),
            "The solar pump & more #");
  EXPECT_EQ(markdown_title("Set by\nunderline\n=====\n"), "Set by underline");
  EXPECT_EQ(markdown_title("# vicinal [![build](b.svg)](ci) <b>x</b>\n"), "vicinal x");
  EXPECT_EQ(markdown_title("#\n\n# Second\n"), "Second");
}

TEST(Markdown, CodeAndFrontMatterHoldNoTitle) {
  EXPECT_EQ(markdown_title("```\n# comment\n```\n\n    # indented\n\ntext\n"), "");
  EXPECT_EQ(markdown_title("---\n# not: this\ntitle: x\n---\n# This\n"), "This");
  EXPECT_EQ(markdown_title("+++\ntitle = 'x'\n+++\n\nNo heading.\n"), "");
  EXPECT_EQ(markdown_title(""), "");
}

TEST(Markdown, LooksOnlyAtTheStartOfLongFiles) {
  std::string text(70'000, 'x');
  EXPECT_EQ(markdown_title(text), "");
  text = "# Early\n" + std::string(200'000, '\n') + "# Late\n";
  EXPECT_EQ(markdown_title(text), "Early");
  EXPECT_EQ(markdown_title(std::string(200'000, '\n') + "# Late\n"), "");
}

TEST(Markdown, HeadingsBeginWhereTheirLinesDo) {
  const std::string text =
      "---\na: b\n---\n# One\n\ntext\n\n## *Two* `x`\n\n```\n# no\n```\n\nThree\n-----\n\n#\n\n  ### ![b](c) &amp; d\n";
  const std::vector<Heading> found = markdown_headings(text);
  ASSERT_EQ(found.size(), 4u);
  const char* const lines[] = {"# One", "## *Two*", "Three", "  ### !["};
  const char* const titles[] = {"One", "Two x", "Three", "& d"};
  const int levels[] = {1, 2, 2, 3};
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_TRUE(std::string_view(text).substr(found[i].text_begin).starts_with(lines[i])) << i;
    EXPECT_EQ(found[i].title, titles[i]);
    EXPECT_EQ(found[i].level, levels[i]);
  }
  EXPECT_TRUE(markdown_headings("").empty());
}

TEST(Headings, ATrailHasWhatIsOpenAtAPlace) {
  const std::vector<Heading> headings = {{0, 1, "a"}, {10, 2, "b"}, {20, 3, "c"}, {30, 2, "d"}, {40, 1, "e"}};
  using Trail = std::vector<std::string>;
  EXPECT_EQ(heading_trail(headings, 9), Trail({"a"}));
  EXPECT_EQ(heading_trail(headings, 25), Trail({"a", "b", "c"}));
  EXPECT_EQ(heading_trail(headings, 30), Trail({"a", "d"}));
  EXPECT_EQ(heading_trail(headings, 99), Trail({"e"}));
  EXPECT_EQ(heading_trail({}, 5), Trail());
}

TEST(Title, IsOneBoundedLine) {
  EXPECT_EQ(clean_title(" a \n\t b\u00a0c "), "a b\u00a0c");
  std::string longest;
  for (int i = 0; i < 200; ++i) longest += "\u20ac";
  const std::string cut = clean_title(longest);
  EXPECT_EQ(cut, longest.substr(0, 300));
  EXPECT_EQ(clean_title("x" + longest).size(), 298u);  // between code points
}

}  // namespace
}  // namespace vicinal::read
