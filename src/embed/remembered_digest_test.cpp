#include "embed/remembered_digest.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "base/temporary_folder_for_tests.h"

namespace vicinal::embed {
namespace {

namespace fs = std::filesystem;

class RememberedDigest : public testing::Test {
 protected:
  void SetUp() override { ::setenv("VICINAL_CACHE", files.file("cache").c_str(), 1); }

  std::string write(std::string_view bytes, std::chrono::seconds age = std::chrono::hours(1)) const {
    const std::string path = files.write("weights", bytes);
    fs::last_write_time(path, fs::file_time_type::clock::now() - age);
    std::this_thread::sleep_for(std::chrono::milliseconds(80));  // longer than the tick of the system's clock
    return path;
  }
  /// The one entry of the cache; empty where there is none.
  std::string entry() const {
    std::error_code none;
    for (const auto& each : fs::directory_iterator(files.file("cache/digests"), none)) return each.path().string();
    return "";
  }
  base::TemporaryFolder files;
};

TEST_F(RememberedDigest, IsTheFilesSha256) {
  EXPECT_EQ(remembered_sha256(write("abc")).value(), base::sha256_hex("abc"));
  EXPECT_EQ(remembered_sha256(files.file("absent")).error().code(), Code::not_found);
}

TEST_F(RememberedDigest, IsNotComputedAgainWhileTheStampAgrees) {
  const std::string path = write("abc");
  ASSERT_TRUE(remembered_sha256(path));
  ASSERT_FALSE(entry().empty());
  // An entry with another digest, sealed as this program would: only memory can give it back.
  std::string line = base::read_file(entry()).value();
  line.resize(line.rfind(' '));
  line.replace(line.rfind(' ') + 1, 64, base::sha256_hex("xyz"));
  files.write("cache/digests/" + fs::path(entry()).filename().string(),
              line + " " + std::to_string(base::xxh3_64(line)) + "\n");
  EXPECT_EQ(remembered_sha256(path).value(), base::sha256_hex("xyz"));
}

TEST_F(RememberedDigest, IsComputedAgainForOtherBytesUnderTheOldTime) {
  const std::string path = write("abc");
  const auto time = fs::last_write_time(path);
  ASSERT_TRUE(remembered_sha256(path));
  files.write("weights", "xyz");
  fs::last_write_time(path, time);
  EXPECT_EQ(remembered_sha256(path).value(), base::sha256_hex("xyz"));
}

TEST_F(RememberedDigest, IsComputedAgainWhenSizeOrTimeChanges) {
  ASSERT_TRUE(remembered_sha256(write("abc")));
  EXPECT_EQ(remembered_sha256(write("abcd")).value(), base::sha256_hex("abcd"));
  EXPECT_EQ(remembered_sha256(write("wxyz", std::chrono::hours(2))).value(), base::sha256_hex("wxyz"));
}

TEST_F(RememberedDigest, IsComputedAgainWhenTheEntryIsDamagedAnywhere) {
  const std::string path = write("abc");
  ASSERT_TRUE(remembered_sha256(path));
  const std::string name = "cache/digests/" + fs::path(entry()).filename().string();
  std::string good(fs::file_size(entry()), '\0');
  std::ifstream(entry(), std::ios::binary).read(good.data(), static_cast<std::streamsize>(good.size()));
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == '0' ? '1' : '0';
    files.write(name, bad);
    EXPECT_EQ(remembered_sha256(path).value(), base::sha256_hex("abc")) << i;
    files.write(name, good.substr(0, i));
    EXPECT_EQ(remembered_sha256(path).value(), base::sha256_hex("abc")) << i;
  }
}

TEST_F(RememberedDigest, AFreshlyWrittenFileIsNotRememberedYet) {
  EXPECT_TRUE(remembered_sha256(write("abc", std::chrono::seconds(0))));
  EXPECT_EQ(entry(), "");
}

TEST_F(RememberedDigest, ACacheThatCannotBeWrittenCostsNothingButTime) {
  ::setenv("VICINAL_CACHE", "/dev/null/cache", 1);
  EXPECT_EQ(remembered_sha256(write("abc")).value(), base::sha256_hex("abc"));
}

}  // namespace
}  // namespace vicinal::embed
