#include "cli/exit_code.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace vicinal::cli {
namespace {

TEST(ExitCode, EveryErrorCodeHasItsExitCode) {
  const std::vector<std::pair<Code, int>> expected = {{Code::invalid_argument, 2},
                                                      {Code::empty_input, 2},
                                                      {Code::too_long, 2},
                                                      {Code::not_found, 3},
                                                      {Code::corrupt, 3},
                                                      {Code::unsupported, 3},
                                                      {Code::io, 3},
                                                      {Code::busy, 3},
                                                      {Code::network, 4},
                                                      {Code::budget, 6},
                                                      {Code::space_mismatch, 5},
                                                      {Code::interrupted, 130}};
  for (const auto& [code, exit] : expected) EXPECT_EQ(exit_code(Error(code, "x")), exit) << code_name(code);
}

TEST(ExitCode, AnUnknownNameIsBadUseWhileAMissingFileIsFileTrouble) {
  EXPECT_EQ(exit_code(Error(Code::not_found, "no model").with("suggestions", "bge-small-en-v1.5")), kExitUse);
  EXPECT_EQ(exit_code(Error(Code::not_found, "no file").with("path", "x")), kExitFile);
}

}  // namespace
}  // namespace vicinal::cli
