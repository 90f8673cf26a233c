#include "cli/command.h"

namespace vicinal::cli {

std::vector<Flag> global_flags(GlobalFlags& target) {
  return {
      {.names = "--progress",
       .value = "MODE",
       .help = "auto: a line on stderr when it is a terminal; json: one JSON line a second on stderr; none",
       .target = &target.progress,
       .choices = {"auto", "json", "none"}},
      {.names = "-q,--quiet",
       .value = "",
       .help = "no notes and summaries on stderr, only errors",
       .target = &target.quiet},
      {.names = "--verbose",
       .value = "",
       .help = "list everything that notes would shorten",
       .target = &target.verbose},
      {.names = "-h,--help", .value = "", .help = "print this help", .target = &target.help},
  };
}

}  // namespace vicinal::cli
