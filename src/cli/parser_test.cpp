#include "cli/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands.h"
#include "cli/help.h"

namespace vicinal::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A command of its own, so that these tests do not depend on a real one.
class Parser : public testing::Test {
 protected:
  Result<> parse(const std::vector<std::string>& arguments) { return parse_arguments(command_, arguments, globals_); }
  std::string refuse(const std::vector<std::string>& arguments) {
    const auto parsed = parse(arguments);
    EXPECT_FALSE(parsed.ok());
    return parsed ? "accepted" : parsed.error().what();
  }

  std::string first_, name_, mode_ = "slow";
  std::vector<std::string> rest_;
  size_t limit_ = 10;
  bool loud_ = false;
  std::optional<size_t> open_;
  std::optional<double> share_;
  GlobalFlags globals_;
  Command command_{
      .name = "try",
      .purpose = "",
      .summary = "tries",
      .usage = "FIRST [REST…]",
      .examples = {"vicinal try x"},
      .arguments = {{.name = "FIRST", .help = "the first", .target = &first_, .required = true},
                    {.name = "REST", .help = "others", .target = &rest_}},
      .flags = {{.names = "-k,--limit", .value = "N", .help = "how many", .target = &limit_},
                {.names = "--name", .value = "S", .help = "a name", .target = &name_},
                {.names = "--mode", .value = "M", .help = "a mode", .target = &mode_, .choices = {"slow", "fast"}},
                {.names = "--loud", .value = "", .help = "louder", .target = &loud_},
                {.names = "--open", .value = "[N]", .help = "one", .target = &open_, .implied = "1"},
                {.names = "--share", .value = "X", .help = "a share", .target = &share_}}};
};

TEST_F(Parser, FlagsMayStandAnywhere) {
  ASSERT_TRUE(parse({"-k", "3", "a", "--loud", "b", "--name=n", "c"}));
  EXPECT_EQ(first_, "a");
  EXPECT_THAT(rest_, ElementsAre("b", "c"));
  EXPECT_EQ(limit_, 3u);
  EXPECT_EQ(name_, "n");
  EXPECT_TRUE(loud_);
}

TEST_F(Parser, ShortFlagsTakeTheirValueWithoutASpace) {
  ASSERT_TRUE(parse({"a", "-k7"}));
  EXPECT_EQ(limit_, 7u);
}

TEST_F(Parser, AnOptionalTargetIsEmptyWithoutItsFlag) {
  ASSERT_TRUE(parse({"a"}));
  EXPECT_FALSE(open_ || share_);
  ASSERT_TRUE(parse({"a", "--share", "0"}));
  EXPECT_EQ(share_, 0.0);
  EXPECT_THAT(refuse({"a", "--open", "-1"}), HasSubstr("'-1' is not a number from 0 on"));
}

TEST_F(Parser, AValueThatMayBeLeftOutIsANumberOrImplied) {
  ASSERT_TRUE(parse({"--open", "a", "b"}));
  EXPECT_EQ(open_, 1u);
  EXPECT_EQ(first_, "a");
  ASSERT_TRUE(parse({"a", "--open", "3"}));
  EXPECT_EQ(open_, 3u);
  ASSERT_TRUE(parse({"a", "--open=4"}));
  EXPECT_EQ(open_, 4u);
  ASSERT_TRUE(parse({"a", "--open"}));
  EXPECT_EQ(open_, 1u);
}

TEST_F(Parser, TextsAreNeverSplitOrRead) {
  ASSERT_TRUE(parse({"[a,b]", "x=y", "", "-"}));
  EXPECT_EQ(first_, "[a,b]");
  EXPECT_THAT(rest_, ElementsAre("x=y", "", "-"));
}

TEST_F(Parser, BehindTwoDashesNothingIsAFlag) {
  ASSERT_TRUE(parse({"--", "--loud", "-k"}));
  EXPECT_EQ(first_, "--loud");
  EXPECT_THAT(rest_, ElementsAre("-k"));
  EXPECT_FALSE(loud_);
}

TEST_F(Parser, AnUnknownFlagGetsTheClosestOne) {
  EXPECT_THAT(refuse({"a", "--limt", "3"}), HasSubstr("did you mean --limit?"));
  EXPECT_THAT(refuse({"a", "--zebra"}), HasSubstr("unknown flag '--zebra'"));
}

TEST_F(Parser, ATextThatBeginsWithADashIsToldHowToPass) {
  EXPECT_THAT(refuse({"-5 degrees"}),
              HasSubstr("put -- before texts that begin with a dash: vicinal try -- '-5 degrees'"));
  command_.arguments.clear();
  EXPECT_THAT(refuse({"-5 degrees"}), HasSubstr("vicinal help try"));
}

TEST_F(Parser, BadValuesAreRefused) {
  EXPECT_THAT(refuse({"a", "-k", "many"}), HasSubstr("invalid_argument"));
  EXPECT_THAT(refuse({"a", "-k", "-1"}), HasSubstr("invalid_argument"));
  EXPECT_THAT(refuse({"a", "--mode", "warp"}), HasSubstr("one of: slow, fast"));
  EXPECT_THAT(refuse({"a", "--limit"}), HasSubstr("invalid_argument"));
}

TEST_F(Parser, AMissingArgumentIsNamed) { EXPECT_THAT(refuse({}), HasSubstr("FIRST is missing")); }

TEST_F(Parser, SurplusArgumentsAreRefused) {
  command_.arguments.pop_back();
  EXPECT_THAT(refuse({"a", "b"}), HasSubstr("unexpected argument 'b'"));
}

TEST_F(Parser, HelpComesBeforeAllChecks) {
  ASSERT_TRUE(parse({"--help", "--zebra"}));
  EXPECT_TRUE(globals_.help);
}

TEST_F(Parser, HelpShowsExamplesThenFlagsWithTheirDefaults) {
  const std::string help = command_help(command_);
  EXPECT_LT(help.find("Examples:"), help.find("Flags:"));
  EXPECT_THAT(help, HasSubstr("-k, --limit N"));
  EXPECT_THAT(help, HasSubstr("how many (default 10)"));
  EXPECT_THAT(help, HasSubstr("a mode (default slow)"));
}

TEST(Commands, EveryCommandHasExamplesOfItselfAndHelpForEveryFlag) {
  for (const Command& command : all_commands()) {
    ASSERT_FALSE(command.examples.empty()) << command.name;
    for (const std::string& example : command.examples) EXPECT_THAT(example, HasSubstr("vicinal " + command.name));
    for (const Flag& flag : command.flags) EXPECT_FALSE(flag.help.empty()) << command.name << " " << flag.names;
    EXPECT_TRUE(command.run) << command.name;
  }
}

TEST(Commands, TheOverviewNamesEveryCommand) {
  const std::string text = overview(all_commands());
  for (const Command& command : all_commands()) EXPECT_THAT(text, HasSubstr("  " + command.name + " "));
}

}  // namespace
}  // namespace vicinal::cli
