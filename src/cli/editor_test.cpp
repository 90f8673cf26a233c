#include "cli/editor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vicinal::cli {
namespace {

using ::testing::ElementsAre;

TEST(Editor, IsToldTheLineInItsOwnWay) {
  for (const char* editor : {"vi", "vim", "nvim", "nano", "emacs", "/usr/bin/vim -n", "emacs -nw"})
    EXPECT_THAT(editor_arguments(editor, "/a b.md", 7), ElementsAre("+7", "/a b.md")) << editor;
  EXPECT_THAT(editor_arguments("code --wait", "/a.md", 7), ElementsAre("-g", "/a.md:7"));
  EXPECT_THAT(editor_arguments("hx", "/a.md", 7), ElementsAre("/a.md:7"));
}

TEST(Editor, AnUnknownOneGetsTheFileAlone) {
  for (const char* editor : {"ed", "/opt/vim/bin/other", "myvim"})
    EXPECT_THAT(editor_arguments(editor, "/a.md", 7), ElementsAre("/a.md")) << editor;
}

}  // namespace
}  // namespace vicinal::cli
