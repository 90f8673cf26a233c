#include "read/html.h"

#include <gtest/gtest.h>

#include <chrono>

#include "read/html_scanner.h"

namespace vicinal::read {
namespace {

Document page(std::string_view html) { return read_bytes(html, Format::html).value(); }
std::string text_of(std::string_view html) { return page(html).text; }

TEST(Html, SetsBlocksApart) {
  EXPECT_EQ(text_of("<h1>Pumps</h1><p>First\n  one.</p><p>Second <b>bold</b>, <i>it</i>.<div>a</div><div>b</div>"),
            "Pumps\n\nFirst one.\n\nSecond bold, it.\na\nb");
  EXPECT_EQ(text_of("a<br>b<br><br>c<hr>d"), "a\nb\n\nc\n\nd");
}

TEST(Html, ListsAndTablesKeepTheirRows) {
  EXPECT_EQ(text_of("<p>x<ul><li>one<li>two<ul><li>inner</ul><li>three</ul>y"), "x\n\none\ntwo\ninner\nthree\n\ny");
  EXPECT_EQ(text_of("<table><tr><th>a</th><th>b</th></tr>\n<tr><td>1</td> <td>2</td></tr></table>"), "a\tb\n1\t2");
}

TEST(Html, PreformattedTextKeepsItsSpaces) {
  EXPECT_EQ(text_of("<p>see</p><pre>\n  if (a)\n    b;\n</pre><p>end</p>"), "see\n\n  if (a)\n    b;\n\nend");
  EXPECT_EQ(text_of("  a \n\t b&nbsp;&nbsp;c\u00a0d "), "a b c d");
}

TEST(Html, LeavesOutWhatIsNotRead) {
  EXPECT_EQ(text_of("<head><style>p {}</style><script>if (a < b) '</p>'</script></head><body>"
                    "<nav><a>Home</a><nav>x</nav>y</nav>text<!-- no --><svg><title>icon</title></svg>"
                    "<template>t</template><noscript>js</noscript></body>"),
            "text");
  EXPECT_EQ(text_of("a<?php echo ?><!DOCTYPE html></>b<![CDATA[ x ]]>"), "ab");
}

TEST(Html, AnUnclosedNavigationDoesNotSwallowThePage) { EXPECT_EQ(text_of("<nav>Home<p>text"), "Home\n\ntext"); }

TEST(Html, DecodesReferences) {
  EXPECT_EQ(
      text_of(
          "&lt;b&gt; &amp;amp; caf&eacute; &#233;&#xE9; &euro; &apos; &copy 2020 &#150; &#0; &#xD800; &#99999999999;"),
      "<b> &amp; caf\u00e9 \u00e9\u00e9 \u20ac ' \u00a9 2020 \u2013 \uFFFD \uFFFD \uFFFD");
  EXPECT_EQ(text_of("a & b &; &x; &#; &#x; &nosuch; AT&T so&shy;lar"), "a & b &; &x; &#; &#x; &nosuch; AT&T solar");
}

TEST(Html, TheTitleIsTheTitleElseTheFirstHeading) {
  EXPECT_EQ(page("<title> A &amp;\n B </title><h1>H</h1>").title, "A & B");
  EXPECT_EQ(page("<h2>Two</h2><h1>The <i>One</i></h1>").title, "The One");
  EXPECT_EQ(page("<title></title><h2>Two</h2>").title, "Two");
  EXPECT_EQ(page("<p>none").title, "");
}

TEST(Html, AttributesAreNoText) {
  EXPECT_EQ(text_of("<p title=\"a > b\" x='>' y = z>t</p><br/><img alt=\"<p>\">u"), "t\n\nu");
  EXPECT_EQ(text_of("<a href=\"unclosed>x</a> y"), "x y");
  EXPECT_EQ(text_of("1 < 2 and 3<4 or a <b"), "1 < 2 and 3<4 or a <b");
}

TEST(Html, XhtmlMayCloseAnythingAtOnce) {
  EXPECT_EQ(text_of("<?xml version=\"1.0\"?><html><script src=\"x\"/><body>text</body></html>"), "text");
}

TEST(Html, TheEncodingIsTheDeclaredOneUnlessTheBytesAreUtf8) {
  EXPECT_EQ(text_of("<meta charset=\"koi8-r\"><p>\xCD\xC9\xD2"), "\u043c\u0438\u0440");
  EXPECT_EQ(text_of("<META http-equiv=Content-Type content='text/html; charset=Shift_JIS'>\x83\x65\x83\x58\x83\x67"),
            "\u30c6\u30b9\u30c8");
  EXPECT_EQ(text_of("<meta charset=latin1>caf\xE9 \x80"), "caf\u00e9 \u20ac");
  EXPECT_EQ(text_of("<meta charset=latin1>caf\u00e9"), "caf\u00e9");
  EXPECT_EQ(text_of("<?xml version='1.0' encoding='iso-8859-2'?><p>\xB1"), "\u0105");
  EXPECT_EQ(text_of("<meta charset=\"no-such\">caf\xE9"), "caf\u00e9");
  EXPECT_EQ(text_of("\xFF\xFE<\0p\0>\0x\0"), "");  // cut by the literal's first NUL: a BOM and "<"
}

TEST(Html, OffsetsLeadBackToTheWords) {
  const std::string html = "<html>\r\n<h1>One</h1>\r\n<p>two &amp; three   four</p><pre>\nfive</pre>";
  const Document document = page(html);
  EXPECT_EQ(document.text, "One\n\ntwo & three four\n\nfive");
  for (std::string_view word : {"One", "two", "three", "four", "five"}) {
    EXPECT_EQ(document.file_offset(document.text.find(word)), html.find(word)) << word;
  }
  const std::string koi = "<meta charset=koi8-r><p>\xCD\xC9\xD2</p><p>word";
  EXPECT_EQ(page(koi).file_offset(page(koi).text.find("word")), koi.find("word"));
}

TEST(Html, LinesLeadBackToTheFile) {
  const Document document = page(
      "<title>T</title>\r\n\r\n<p>one</p><p>two\r\nthree<pre>\r\nfour\r\n\r\n&amp;six\r\nseven</pre>\r\n"
      "<script>\r\n\r\n</script><p>eight");
  EXPECT_EQ(document.text, "one\n\ntwo three\n\nfour\n\n&six\nseven\n\neight");
  const std::pair<std::string_view, size_t> lines[] = {{"one", 3},  {"two", 3}, {"three", 4}, {"four", 5},
                                                       {"&six", 7}, {"six", 7}, {"seven", 8}, {"eight", 11}};
  for (const auto& [word, line] : lines) EXPECT_EQ(document.file_line(document.text.find(word), 0), line) << word;
  EXPECT_EQ(read_bytes("a\r\nb", Format::markdown).value().file_line(2, 2), 2u) << "the text's own lines";
}

TEST(Html, HostilePagesCostLinearTime) {
  std::string attributes = "<p ", nesting, unclosed, quotes;
  for (int i = 0; i < 300'000; ++i) {
    attributes += "a" + std::to_string(i) + " ";
    nesting += "<div>";
    unclosed += "<!--<a b=\"";
    quotes += "<a b=\"<c d='";
  }
  for (int i = 0; i < 300'000; ++i) nesting += "</b>";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(text_of(attributes + ">x"), "x");
  EXPECT_EQ(text_of(nesting + "x"), "x");
  (void)text_of(unclosed + ">");
  (void)text_of(quotes + ">");
  // A second or two where machines are slow; anything quadratic takes hours.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::minutes(1));
}

TEST(Html, HeadingsAreKnownByTheirPlaces) {
  const Document page =
      read_bytes("<title>T</title><h1>One</h1><p>a</p><h3> Two\n <b>x</b></h3>b</h2><h2></h2>", Format::html).value();
  ASSERT_EQ(page.headings.size(), 2u);
  EXPECT_TRUE(page.text.substr(page.headings[0].text_begin).starts_with("One\n"));
  EXPECT_TRUE(page.text.substr(page.headings[1].text_begin).starts_with("Two x\n"));
  EXPECT_EQ(page.headings[1].title, "Two x");
  EXPECT_EQ(page.headings[1].level, 3);
}

TEST(HtmlScanner, CoversTheSourceInOrder) {
  const std::string_view html = "a<b c='>'>d</b><!-- x --> e<f";
  HtmlScanner scanner(html);
  size_t end = 0;
  std::string text;
  for (HtmlToken token = scanner.next(); token.kind != HtmlToken::Kind::finished; token = scanner.next()) {
    EXPECT_GE(token.begin, end);
    EXPECT_GT(token.end, token.begin);
    end = token.end;
    if (token.kind == HtmlToken::Kind::text) text += html.substr(token.begin, token.end - token.begin);
  }
  EXPECT_EQ(text, "ad e<f");
  EXPECT_EQ(end, html.size());
}

}  // namespace
}  // namespace vicinal::read
