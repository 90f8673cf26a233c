#include "engine/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace vicinal::engine {
namespace {

TEST(ChildProcess, GivesOutputAndExitCode) {
  const ChildResult result =
      run_child({.arguments = {"sh", "-c", "echo out; echo err >&2; exit 3"}, .folder = {}, .stop = {}}).value();
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.output, ::testing::AllOf(::testing::HasSubstr("out"), ::testing::HasSubstr("err")));
}

TEST(ChildProcess, ArgumentsReachTheProgramAsTheyAre) {
  const ChildResult result = run_child({.arguments = {"echo", "$HOME; a  'b'"}, .folder = {}, .stop = {}}).value();
  EXPECT_EQ(result.output, "$HOME; a  'b'\n");
}

TEST(ChildProcess, RunsInTheFolderThatWasNamed) {
  EXPECT_EQ(run_child({.arguments = {"pwd"}, .folder = "/", .stop = {}}).value().output, "/\n");
}

TEST(ChildProcess, AProgramThatIsNotThereIsNotFound) {
  EXPECT_EQ(run_child({.arguments = {"no-such-program-anywhere"}, .folder = {}, .stop = {}}).error().code(),
            Code::not_found);
}

TEST(ChildProcess, OnlyTheEndOfMuchOutputIsKept) {
  const ChildResult result =
      run_child(
          {.arguments = {"sh", "-c", "head -c 1000000 /dev/zero | tr '\\0' x; echo end"}, .folder = {}, .stop = {}})
          .value();
  EXPECT_LT(result.output.size(), 200'000U);
  EXPECT_TRUE(result.output.ends_with("end\n"));
}

TEST(ChildProcess, AStopEndsTheProgram) {
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(run_child({.arguments = {"sleep", "60"}, .folder = {}, .stop = stop.get_token()}).error().code(),
            Code::interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace vicinal::engine
