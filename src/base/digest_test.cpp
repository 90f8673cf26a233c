#include "base/digest.h"

#include <gtest/gtest.h>

#include "base/temporary_folder_for_tests.h"

namespace vicinal::base {
namespace {

// FIPS 180-4 examples.
constexpr char kEmpty[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kMillion[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";  // 10^6 times "a"

TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(sha256_hex(""), kEmpty);
  EXPECT_EQ(sha256_hex("abc"), kAbc);
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')), kMillion);
}

TEST(Sha256, StreamsAndStartsAnew) {
  Sha256 hash;
  hash.update("a").update("bc");
  EXPECT_EQ(hash.finish_hex(), kAbc);
  EXPECT_EQ(hash.finish_hex(), kEmpty);
}

TEST(Sha256, ReadsFilesInPieces) {
  const TemporaryFolder folder;
  EXPECT_EQ(sha256_file(folder.write("empty", "")).value(), kEmpty);
  const std::string large(3'000'001, 'q');
  EXPECT_EQ(sha256_file(folder.write("large", large)).value(), sha256_hex(large));
  EXPECT_EQ(sha256_file(folder.file("missing")).error().code(), Code::not_found);
}

TEST(Xxh3, GivesThePublishedHashOfNothing) {
  EXPECT_EQ(xxh3_64(std::string_view()), 0x2D06800538D394C2u);
  EXPECT_EQ(to_hex(xxh3_128("")), "99aa06d3014798d86001c324468d497f");
}

TEST(Xxh3, BytesAndTextAgree) {
  const std::string text = "some bytes";
  EXPECT_EQ(xxh3_64(std::as_bytes(std::span(text))), xxh3_64(text));
  EXPECT_NE(xxh3_128("a"), xxh3_128("b"));
}

}  // namespace
}  // namespace vicinal::base
