#include "cli/app.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <new>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/closest_names.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/error_report.h"
#include "cli/exit_code.h"
#include "cli/help.h"
#include "cli/parser.h"
#include "cli/session.h"
#include "vicinal/cpu.h"

namespace vicinal::cli {
namespace {

using Arguments = std::vector<std::string>;

/// Errors are JSON when results are: decided before parsing, because parsing fails, too.
bool wants_json(const Arguments& arguments) {
  const auto end = std::ranges::find(arguments, "--");
  return std::any_of(arguments.begin(), end, [](const std::string& s) { return s == "--json" || s == "--jsonl"; });
}

Result<Command*> find_command(std::vector<Command>& commands, const std::string& name) {
  const auto found = std::ranges::find(commands, name, &Command::name);
  if (found != commands.end()) return &*found;
  std::vector<std::string> names;
  std::ranges::transform(commands, std::back_inserter(names), &Command::name);
  const std::vector<std::string> closest = base::closest_names(name, names);
  return Error(Code::invalid_argument, "there is no command '" + name + '\'')
      .with("fix", closest.empty() ? "vicinal help" : "did you mean " + closest.front() + "?");
}

Result<int> print(const std::string& text) {
  Output out = Output::standard();
  out.write(text);
  VICINAL_TRY_VOID(out.finish());
  return kExitDone;
}

Result<int> print_help(std::vector<Command>& commands, const Arguments& topic) {
  if (topic.empty()) return print(overview(commands));
  VICINAL_TRY(const Command* command, find_command(commands, topic[0]));
  return print(command_help(*command));
}

Result<int> run_command(const Command& command, const Arguments& arguments, Console& console) {
  const std::string help = command_help(command);  // before parsing changes the defaults
  GlobalFlags globals;
  VICINAL_TRY_VOID(parse_arguments(command, arguments, globals));
  if (globals.help) return print(help);
  console.configure({.progress = progress_mode(globals.progress), .quiet = globals.quiet});
  if (command.computes) {
    if (auto cpu = cpu_report(); !cpu) return std::move(cpu).error();
  }
  Session session(console, globals.verbose);
  VICINAL_TRY(const int code, command.run(session));
  VICINAL_TRY_VOID(session.out().finish());
  return code;
}

Result<int> dispatch(Arguments arguments, Console& console) {
  std::vector<Command> commands = all_commands();
  if (arguments.empty()) return print_help(commands, {});
  const std::string name = arguments.front();
  arguments.erase(arguments.begin());
  if (name == "help" || name == "--help" || name == "-h") return print_help(commands, arguments);
  if (name == "--version" || name == "-V") return run_command(version_command(), arguments, console);
  VICINAL_TRY(const Command* command, find_command(commands, name));
  return run_command(*command, arguments, console);
}

Result<int> dispatch_or_catch(const Arguments& arguments, Console& console) {
  try {
    return dispatch(arguments, console);
  } catch (const std::bad_alloc&) {
    return Error(Code::io, "memory is used up");
  } catch (const std::exception& error) {
    return Error(Code::io, "unexpected failure").with("reason", error.what());
  }
}

}  // namespace

int run(int argc, const char* const* argv) {
  install_signal_handlers();
  const Arguments arguments(argv + std::min(argc, 1), argv + argc);
  Console console;
  const Result<int> code = dispatch_or_catch(arguments, console);
  console.clear_line();
  if (code) return *code;
  console.print(wants_json(arguments) ? error_json(code.error()) : error_text(code.error()));
  return exit_code(code.error());
}

}  // namespace vicinal::cli
