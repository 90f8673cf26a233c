#include "cli/byte_size.h"

#include <gtest/gtest.h>

namespace vicinal::cli {
namespace {

TEST(ByteSize, UnitsArePowersOf1024) {
  EXPECT_EQ(parse_byte_size("65536").value(), 65536U);
  EXPECT_EQ(parse_byte_size("800k").value(), 800U << 10);
  EXPECT_EQ(parse_byte_size("512M").value(), 512U << 20);
  EXPECT_EQ(parse_byte_size("512 MB").value(), 512U << 20);
  EXPECT_EQ(parse_byte_size("1.5GiB").value(), size_t{3} << 29);
  EXPECT_EQ(parse_byte_size("1t").value(), size_t{1} << 40);
  EXPECT_EQ(parse_byte_size("7b").value(), 7U);
}

TEST(ByteSize, WhatIsNoSizeIsRefused) {
  for (const char* text : {"", "M", "-5M", "0", "5X", "5MM", "1e3", "inf", "nan", "9999999999999T", "5 M i B"})
    EXPECT_EQ(parse_byte_size(text).error().code(), Code::invalid_argument) << text;
}

}  // namespace
}  // namespace vicinal::cli
