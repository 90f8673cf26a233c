#pragma once
/// A command as a value: its help, its flags and what it does. A flag is one unit: names, placeholder, help and
/// the variable it fills stand together; parsing, help text and suggestions are all made from this.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "vicinal/result.h"

namespace vicinal::cli {

class Session;

/// The variable that a flag or argument fills; what it holds before parsing is the default that help shows. An optional
/// one is empty where the flag was not given.
using Target = std::variant<bool*, size_t*, double*, std::string*, std::vector<std::string>*, std::optional<size_t>*,
                            std::optional<double>*>;

struct Flag {
  std::string names;  ///< "-k,--limit"
  std::string value;  ///< placeholder with its unit: "N", "DIR"; empty for a switch; "[N]" with `implied`
  std::string help;
  Target target;
  std::vector<std::string> choices = {};  ///< the only values allowed, when not empty
  std::string environment = {};           ///< variable that is read when the flag is absent
  bool required = false;
  bool not_empty = false;  ///< a value of no characters is refused: it would mean that the flag was not given
  /// Of a flag whose value is a number and may be left out: what is meant then. A word behind it that is no number is
  /// no value of it.
  std::string implied = {};
};

/// Positional; a vector target takes all that follow.
struct Argument {
  std::string name;  ///< as help shows it: "PATH"
  std::string help;
  Target target;
  bool required = false;
};

struct Command {
  std::string name;
  std::string purpose;  ///< heading in the overview: "Search", "Vectors" …
  std::string summary;  ///< one line, no full stop
  std::string usage;    ///< what follows the name: "QUERY [PATH…] [flags]"
  std::vector<std::string> examples;
  std::vector<Argument> arguments;
  std::vector<Flag> flags;
  bool computes = false;  ///< uses the kernels: VICINAL_CPU is checked before it starts
  std::function<Result<int>(Session&)> run = {};
};

/// Flags that every command has.
struct GlobalFlags {
  std::string progress = "auto";
  bool quiet = false;
  bool verbose = false;
  bool help = false;
};
std::vector<Flag> global_flags(GlobalFlags& target);

}  // namespace vicinal::cli
