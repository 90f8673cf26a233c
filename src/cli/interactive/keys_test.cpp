// Bytes of a terminal as keys.

#include "cli/interactive/keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "base/json.h"

namespace vicinal::cli {
namespace {

std::vector<Key> keys_of(std::string_view bytes, size_t at_once = 1000) {
  KeyReader reader;
  std::vector<Key> keys;
  while (!bytes.empty()) {
    reader.add(bytes.substr(0, at_once));
    bytes.remove_prefix(std::min(at_once, bytes.size()));
    while (auto key = reader.next()) keys.push_back(*key);
  }
  return keys;
}

KeyKind only_key(std::string_view bytes) {
  const auto whole = keys_of(bytes), bytewise = keys_of(bytes, 1);
  EXPECT_EQ(whole, bytewise);
  return whole.size() == 1 ? whole[0].kind : KeyKind::text;
}

TEST(Keys, SequencesAreReadWholeAndByteByByte) {
  EXPECT_EQ(only_key("\033[A"), KeyKind::up);
  EXPECT_EQ(only_key("\033OB"), KeyKind::down);
  EXPECT_EQ(only_key("\033[C"), KeyKind::right);
  EXPECT_EQ(only_key("\033[1;5D"), KeyKind::word_left);
  EXPECT_EQ(only_key("\033f"), KeyKind::word_right);
  EXPECT_EQ(only_key("\033[H"), KeyKind::home);
  EXPECT_EQ(only_key("\033[4~"), KeyKind::end);
  EXPECT_EQ(only_key("\033[3~"), KeyKind::erase_behind);
  EXPECT_EQ(only_key("\033[5~"), KeyKind::page_up);
  EXPECT_EQ(only_key("\033[6~"), KeyKind::page_down);
  EXPECT_EQ(only_key("\x17"), KeyKind::erase_word);
  EXPECT_EQ(only_key("\x15"), KeyKind::erase_to_start);
  EXPECT_EQ(only_key("\x0B"), KeyKind::erase_to_end);
  EXPECT_EQ(only_key("\x03"), KeyKind::leave);
  EXPECT_EQ(only_key("\x1A"), KeyKind::suspend);
  EXPECT_EQ(only_key("\r"), KeyKind::enter);
  EXPECT_EQ(only_key("\033[999z"), KeyKind::unknown);
}

TEST(Keys, TextComesTogether) {
  EXPECT_EQ(keys_of("für"), (std::vector<Key>{{KeyKind::text, "für"}}));
  EXPECT_EQ(keys_of("a\033[Ab"), (std::vector<Key>{{KeyKind::text, "a"}, {KeyKind::up}, {KeyKind::text, "b"}}));
  EXPECT_EQ(keys_of("全", 1), (std::vector<Key>{{KeyKind::text, "全"}}));
}

TEST(Keys, BrokenTextIsDropped) {
  EXPECT_EQ(keys_of("a\xFF"
                    "b"),
            (std::vector<Key>{{KeyKind::text, "ab"}}));
  EXPECT_EQ(keys_of("\xC2\x9B"), (std::vector<Key>{{KeyKind::unknown}}));
  KeyReader reader;
  reader.add("\xE5");
  EXPECT_FALSE(reader.next());
  reader.time_out();
  reader.add("a");
  EXPECT_EQ(reader.next(), (Key{KeyKind::text, "a"}));
}

TEST(Keys, AnEscapeThatNothingFollowsIsAKey) {
  KeyReader reader;
  reader.add("\033");
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.waits());
  reader.time_out();
  EXPECT_EQ(reader.next(), Key{KeyKind::leave});
  EXPECT_FALSE(reader.waits());
}

/// Text that came in pieces is one, and what has no meaning is nothing.
std::vector<Key> joined(const std::vector<Key>& keys) {
  std::vector<Key> out;
  for (const Key& key : keys) {
    if (key.kind == KeyKind::unknown || (key.kind == KeyKind::text && key.text.empty())) continue;
    if (key.kind == KeyKind::text && !out.empty() && out.back().kind == KeyKind::text) {
      out.back().text += key.text;
    } else {
      out.push_back(key);
    }
  }
  return out;
}

TEST(Keys, WhateverComesTextIsCleanAndPiecesDoNotMatter) {
  static const std::string pieces[] = {"\033",      "[",         "O",    "A",    "1;5",  "~",    "200~",
                                       "\033[200~", "\033[201~", "ä",    "全",   "\xE5", "\x85", "\xC2\x9B",
                                       "x",         "\r",        "\x7F", "\xF5", ";",    "\x03"};
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes;
    for (size_t i = random() % 12; i > 0; --i) bytes += pieces[random() % std::size(pieces)];
    const auto whole = keys_of(bytes);
    for (const Key& key : whole) {
      EXPECT_TRUE(base::valid_utf8(key.text));
      EXPECT_TRUE(std::ranges::none_of(key.text, [](char c) { return c >= 0 && c < ' '; }));
    }
    if (bytes.find('\xE5') == std::string::npos && bytes.find('\x85') == std::string::npos &&
        bytes.find('\xF5') == std::string::npos && bytes.find('\xC2') == std::string::npos)
      EXPECT_EQ(joined(whole), joined(keys_of(bytes, 1)));
  }
}

TEST(Keys, APasteIsTextWhateverIsInIt) {
  EXPECT_EQ(keys_of("\033[200~two\r\nlines\t\033[201~!", 3),
            (std::vector<Key>{{KeyKind::text, "two  lines "}, {KeyKind::text, "!"}}));
  KeyReader lost;
  lost.add("\033[200~without end\r");
  EXPECT_FALSE(lost.next());
  lost.time_out();
  EXPECT_EQ(lost.next(), (Key{KeyKind::text, "without end "}));
  EXPECT_FALSE(lost.waits());
  const std::string paste = "\033[200~" + std::string(200000, 'x') + "\n\033[201~\r";
  const auto keys = keys_of(paste);
  EXPECT_EQ(keys.back(), Key{KeyKind::enter});
  for (size_t i = 0; i + 1 < keys.size(); ++i) EXPECT_EQ(keys[i].kind, KeyKind::text);
}

}  // namespace
}  // namespace vicinal::cli
