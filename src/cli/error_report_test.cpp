#include "cli/error_report.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace vicinal::cli {
namespace {

TEST(ErrorReport, TextIsOneLineAndTheFixASecond) {
  const Error error =
      Error(Code::not_found, "the model is not installed").with("model", "m").with("fix", "vicinal pull m");
  EXPECT_EQ(error_text(error), "vicinal: the model is not installed (model=m)\nfix: vicinal pull m\n");
}

TEST(ErrorReport, SuggestionsBecomeTheFixWhereThereIsNone) {
  EXPECT_EQ(error_text(Error(Code::not_found, "no model 'x'").with("suggestions", "a, b")),
            "vicinal: no model 'x'\nfix: closest names: a, b\n");
  EXPECT_EQ(error_text(Error(Code::not_found, "no model 'x'").with("suggestions", "")), "vicinal: no model 'x'\n");
}

TEST(ErrorReport, AFileNameCannotDriveTheTerminal) {
  const std::string text = error_text(Error(Code::io, "unreadable").with("path", "a\033[2Jb\nc"));
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

TEST(ErrorReport, JsonCarriesCodeMessageDataAndExitCode) {
  const auto row =
      base::Json::parse(error_json(Error(Code::space_mismatch, "two spaces").with("stored", "ab").with("given", "cd")));
  ASSERT_TRUE(row);
  EXPECT_EQ((*row)["error"]["code"].string_or(""), "space_mismatch");
  EXPECT_EQ((*row)["error"]["message"].string_or(""), "two spaces");
  EXPECT_EQ((*row)["error"]["data"]["given"].string_or(""), "cd");
  EXPECT_EQ((*row)["error"]["exit_code"].integer_or(0), 5);
  EXPECT_EQ((*row)["schema"].integer_or(0), 1);
}

}  // namespace
}  // namespace vicinal::cli
