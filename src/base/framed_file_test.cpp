#include "base/framed_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <filesystem>

#include "base/digest.h"
#include "base/temporary_folder_for_tests.h"

namespace vicinal::base {
namespace {

using testing::HasSubstr;

constexpr std::string_view kPayload = "three vectors";

std::string write_frame(const TemporaryFolder& folder, std::string_view payload = kPayload, uint32_t version = 1) {
  const std::string path = folder.file("frame");
  FrameWriter writer = FrameWriter::create(path, {"segment", version, 2, 77}).value();
  const auto bytes = std::as_bytes(std::span(payload));
  EXPECT_TRUE(writer.append(bytes.first(bytes.size() / 2)));
  EXPECT_TRUE(writer.append(bytes.subspan(bytes.size() / 2)));
  EXPECT_EQ(writer.payload_bytes(), payload.size());
  EXPECT_TRUE(writer.finish());
  return path;
}

Result<std::string> read_frame(const std::string& path, std::string_view kind = "segment",
                               FrameVersions versions = {1, 1}, Verify verify = Verify::everything,
                               FrameHeader* header = nullptr) {
  VICINAL_TRY(const MappedFile file, MappedFile::open(path));
  VICINAL_TRY(const auto payload, framed_payload(file, kind, versions, verify, header));
  return std::string(reinterpret_cast<const char*>(payload.data()), payload.size());
}

TEST(FramedFile, GivesBackPayloadAndHeader) {
  const TemporaryFolder folder;
  FrameHeader header;
  const std::string path = write_frame(folder);
  EXPECT_EQ(read_frame(path, "segment", {1, 1}, Verify::everything, &header).value(), kPayload);
  EXPECT_EQ(header.kind, "segment");
  EXPECT_EQ(header.version, 1u);
  EXPECT_EQ(header.flags, 2u);
  EXPECT_EQ(header.identity, 77u);
}

/// The hex dump of docs/formats/frame.md.
constexpr unsigned char kDocumented[] = {
    0x56, 0x49, 0x43, 0x49, 0x4e, 0x41, 0x4c, 0x00, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x00, 0x01,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x46, 0x54, 0xbe, 0xdd, 0x09, 0x10, 0x44, 0x6d, 0x68, 0x65, 0x6c, 0x6c,
    0x6f, 0x56, 0x49, 0x43, 0x49, 0x45, 0x4e, 0x44, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0xfd, 0xdc, 0x62, 0x5c, 0x55, 0xe8, 0x55, 0x95, 0x77, 0xd9, 0xba, 0x9d, 0xdc, 0x0b, 0xa8, 0xb3};

TEST(FramedFile, MatchesTheDocumentedExample) {
  const TemporaryFolder folder;
  FrameWriter writer = FrameWriter::create(folder.file("example"), {"example", 1, 0, 7}).value();
  ASSERT_TRUE(writer.append(std::as_bytes(std::span(std::string_view("hello")))));
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(read_file(folder.file("example")).value(),
            std::string(reinterpret_cast<const char*>(kDocumented), sizeof kDocumented));
}

TEST(FramedFile, HoldsEmptyAndLargePayloads) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_frame(write_frame(folder, "")).value(), "");
  std::filesystem::remove(folder.file("frame"));
  const std::string large(3'000'003, 'v');
  EXPECT_EQ(read_frame(write_frame(folder, large)).value(), large);
}

TEST(FramedFile, EveryFlippedBitIsDetected) {
  const TemporaryFolder folder;
  const std::string good = read_file(write_frame(folder)).value();
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    const auto payload = read_frame(folder.write("bad", bad));
    ASSERT_FALSE(payload) << "bit " << bit;
    EXPECT_EQ(payload.error().code(), Code::corrupt) << "bit " << bit;
  }
}

TEST(FramedFile, EveryTruncationAndExtensionIsDetected) {
  const TemporaryFolder folder;
  const std::string good = read_file(write_frame(folder)).value();
  for (size_t bytes = 0; bytes < good.size(); ++bytes) {
    const auto payload = read_frame(folder.write("bad", good.substr(0, bytes)), "segment", {1, 1}, Verify::header_only);
    ASSERT_FALSE(payload) << bytes;
    EXPECT_EQ(payload.error().code(), Code::corrupt) << bytes;
  }
  EXPECT_FALSE(read_frame(folder.write("bad", good + "x"), "segment", {1, 1}, Verify::header_only));
}

TEST(FramedFile, TooOldTooNewAndAnotherKindAreToldApart) {
  const TemporaryFolder folder;
  const std::string path = write_frame(folder, kPayload, 5);
  const auto newer = read_frame(path, "segment", {1, 4});
  EXPECT_EQ(newer.error().code(), Code::unsupported);
  EXPECT_THAT(newer.error().what(), HasSubstr("newer version"));
  const auto older = read_frame(path, "segment", {6, 7});
  EXPECT_EQ(older.error().code(), Code::unsupported);
  EXPECT_THAT(older.error().what(), HasSubstr("too old"));
  const auto other = read_frame(path, "tail", {1, 9});
  EXPECT_EQ(other.error().code(), Code::corrupt);
  EXPECT_THAT(other.error().what(), HasSubstr("kind=segment, expected=tail"));
}

TEST(FramedFile, ReservedBytesMustBeZero) {
  const TemporaryFolder folder;
  std::string bytes = read_file(write_frame(folder)).value();
  bytes[40] = 1;
  const uint64_t hash = xxh3_64(std::string_view(bytes).substr(0, 56));
  std::memcpy(bytes.data() + 56, &hash, sizeof hash);
  EXPECT_THAT(read_frame(folder.write("bad", bytes)).error().what(), HasSubstr("reserved"));
}

TEST(FramedFile, AnUnfinishedFileIsRemovedAndAnExistingOneIsKept) {
  const TemporaryFolder folder;
  {
    FrameWriter writer = FrameWriter::create(folder.file("half"), {"segment", 1, 0, 0}).value();
  }
  EXPECT_FALSE(std::filesystem::exists(folder.file("half")));
  const std::string path = write_frame(folder);
  EXPECT_FALSE(FrameWriter::create(path, {"segment", 1, 0, 0}));
  EXPECT_TRUE(read_frame(path));
}

}  // namespace
}  // namespace vicinal::base
