#include "engine/archive.h"

#include <gtest/gtest.h>
#include <zip.h>
#include <zlib.h>

#include <cstring>
#include <vector>

#include "base/file.h"
#include "base/temporary_folder_for_tests.h"

namespace vicinal::engine {
namespace {

struct Member {
  std::string name, content;
  unsigned mode = 0100644;
};

std::string write_zip(const base::TemporaryFolder& folder, const std::vector<Member>& members) {
  const std::string path = folder.file("test.zip");
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const Member& member : members) {
    zip_source_t* source = zip_source_buffer(archive, member.content.data(), member.content.size(), 0);
    const zip_int64_t index = zip_file_add(archive, member.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    zip_file_set_external_attributes(archive, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX, member.mode << 16);
  }
  EXPECT_EQ(zip_close(archive), 0);
  return path;
}

std::string tar_block(const Member& member, char type = '0') {
  std::string header(512, '\0');
  std::memcpy(header.data(), member.name.data(), std::min<size_t>(member.name.size(), 100));
  std::snprintf(header.data() + 100, 8, "%07o", 0644);
  std::snprintf(header.data() + 124, 12, "%011zo", member.content.size());
  header[156] = type;
  std::memcpy(header.data() + 257, "ustar\00000", 8);
  std::memset(header.data() + 148, ' ', 8);
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  std::snprintf(header.data() + 148, 8, "%06o", sum);
  std::string padded = member.content;
  padded.resize((padded.size() + 511) / 512 * 512, '\0');
  return header + padded;
}

std::string write_tar(const base::TemporaryFolder& folder, const std::string& blocks) {
  const std::string path = folder.file("test.tgz");
  gzFile file = gzopen(path.c_str(), "wb");
  const std::string whole = blocks + std::string(1024, '\0');
  gzwrite(file, whole.data(), static_cast<unsigned>(whole.size()));
  gzclose(file);
  return path;
}

class Archive : public ::testing::Test {
 protected:
  Archive() { std::filesystem::create_directory(out()); }
  std::string out() const { return folder_.file("out"); }
  std::string content(const std::string& name) const { return base::read_file(out() + "/" + name).value(); }
  bool escaped() const { return std::filesystem::exists(folder_.file("evil")); }

  base::TemporaryFolder folder_;
};

TEST_F(Archive, AZipIsUnpackedWithItsFolders) {
  ASSERT_TRUE(unpack(write_zip(folder_, {{"a.txt", "one"}, {"deep/er/b.txt", "two"}}), out()).ok());
  EXPECT_EQ(content("a.txt"), "one");
  EXPECT_EQ(content("deep/er/b.txt"), "two");
}

TEST_F(Archive, ATarIsUnpackedWithItsFolders) {
  const std::string blocks = tar_block({"package/", "", 0}, '5') + tar_block({"package/a.txt", "one"}) +
                             tar_block({"./b.txt", std::string(513, 'x')});
  ASSERT_TRUE(unpack(write_tar(folder_, blocks), out()).ok());
  EXPECT_EQ(content("package/a.txt"), "one");
  EXPECT_EQ(content("b.txt"), std::string(513, 'x'));
}

TEST_F(Archive, LongNamesOfPaxAndGnuTarAreTaken) {
  const std::string lengthy = std::string(120, 'd') + "/file";
  const std::string pax = "134 path=" + lengthy.substr(0, 124) + "\n";
  ASSERT_EQ(pax.size(), 134U);
  const std::string blocks = tar_block({"x", pax}, 'x') + tar_block({"short", "one"}) +
                             tar_block({"././@LongLink", lengthy + "-gnu" + '\0'}, 'L') + tar_block({"short", "two"});
  ASSERT_TRUE(unpack(write_tar(folder_, blocks), out()).ok());
  EXPECT_EQ(content(lengthy.substr(0, 124)), "one");
  EXPECT_EQ(content(lengthy + "-gnu"), "two");
}

TEST_F(Archive, NamesThatLeadOutAreRefused) {
  for (const char* name : {"../evil", "a/../../evil", "/tmp/evil", "a//b", "./../evil", "a\\..\\evil"}) {
    const auto zip = unpack(write_zip(folder_, {{name, "x"}}), out());
    ASSERT_FALSE(zip.ok()) << name;
    EXPECT_EQ(zip.error().code(), Code::corrupt) << name;
    EXPECT_FALSE(escaped()) << name;
  }
  for (const char* name : {"../evil", "/tmp/evil", "a/../../evil"}) {
    const auto tar = unpack(write_tar(folder_, tar_block({name, "x"})), out());
    ASSERT_FALSE(tar.ok()) << name;
    EXPECT_EQ(tar.error().code(), Code::corrupt) << name;
  }
}

TEST_F(Archive, LinksAreRefused) {
  EXPECT_EQ(unpack(write_zip(folder_, {{"link", "/etc/passwd", 0120777}}), out()).error().code(), Code::corrupt);
  EXPECT_EQ(unpack(write_tar(folder_, tar_block({"link", ""}, '2')), out()).error().code(), Code::corrupt);
  EXPECT_EQ(unpack(write_tar(folder_, tar_block({"link", ""}, '1')), out()).error().code(), Code::corrupt);
}

TEST_F(Archive, ANameThatComesTwiceIsRefused) {
  const auto twice = unpack(write_tar(folder_, tar_block({"a", "one"}) + tar_block({"a", "two"})), out());
  EXPECT_FALSE(twice.ok());
}

TEST_F(Archive, MoreBytesOrEntriesThanAllowedAreRefused) {
  const std::string path = write_zip(folder_, {{"a", std::string(1000, 'a')}, {"b", std::string(1000, 'b')}});
  EXPECT_EQ(unpack(path, out(), {}, {.max_entries = 10, .max_bytes = 1500}).error().code(), Code::corrupt);
  EXPECT_EQ(unpack(path, out(), {}, {.max_entries = 1, .max_bytes = 5000}).error().code(), Code::corrupt);
}

TEST_F(Archive, ADamagedArchiveIsCorrupt) {
  const std::string zip = write_zip(folder_, {{"a.txt", std::string(5000, 'a')}});
  std::filesystem::resize_file(zip, std::filesystem::file_size(zip) - 10);
  EXPECT_EQ(unpack(zip, out()).error().code(), Code::corrupt);
  std::string blocks = tar_block({"a.txt", "one"});
  blocks[3] ^= 1;
  EXPECT_EQ(unpack(write_tar(folder_, blocks), out()).error().code(), Code::corrupt);
}

TEST_F(Archive, AnotherFormatIsUnsupported) {
  EXPECT_EQ(unpack(folder_.write("a.rar", "x"), out()).error().code(), Code::unsupported);
}

TEST(EntryName, OnlyPlainRelativePathsAreSafe) {
  for (const char* name : {"a", "a/b.txt", "a/", "..a", "a..b/c"}) EXPECT_TRUE(is_safe_entry_name(name)) << name;
  for (const char* name : {"", "/", "/a", "..", "a/..", "./a", "a/./b", "a//b", "a\nb"})
    EXPECT_FALSE(is_safe_entry_name(name)) << name;
}

}  // namespace
}  // namespace vicinal::engine
