#include "base/user_folders.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>

namespace vicinal::base {
namespace {

class UserFolders : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"HOME", "VICINAL_CACHE", "VICINAL_MODELS", "XDG_CACHE_HOME", "XDG_DATA_HOME"}) {
      const char* value = std::getenv(name);
      saved_[name] = value == nullptr ? std::nullopt : std::optional<std::string>(value);
      ::unsetenv(name);
    }
    ::setenv("HOME", "/home/ada", 1);
  }
  void TearDown() override {
    for (const auto& [name, value] : saved_) {
      if (value) {
        ::setenv(name.c_str(), value->c_str(), 1);
      } else {
        ::unsetenv(name.c_str());
      }
    }
  }

 private:
  std::map<std::string, std::optional<std::string>> saved_;
};

TEST_F(UserFolders, LieInTheHomeFolderByDefault) {
  EXPECT_EQ(cache_folder(), "/home/ada/.cache/vicinal");
  EXPECT_EQ(models_folder(), "/home/ada/.local/share/vicinal/models");
}

TEST_F(UserFolders, FollowXdgUnlessItIsRelative) {
  ::setenv("XDG_CACHE_HOME", "/c", 1);
  ::setenv("XDG_DATA_HOME", "relative", 1);
  EXPECT_EQ(cache_folder(), "/c/vicinal");
  EXPECT_EQ(models_folder(), "/home/ada/.local/share/vicinal/models");
}

TEST_F(UserFolders, OwnVariablesWin) {
  ::setenv("XDG_CACHE_HOME", "/c", 1);
  ::setenv("VICINAL_CACHE", "/own", 1);
  ::setenv("VICINAL_MODELS", "/m", 1);
  EXPECT_EQ(cache_folder(), "/own");
  EXPECT_EQ(models_folder(), "/m");
}

TEST_F(UserFolders, WithoutHomeThePasswordEntryIsAsked) {
  ::unsetenv("HOME");
  EXPECT_TRUE(home_folder().starts_with('/'));
}

}  // namespace
}  // namespace vicinal::base
