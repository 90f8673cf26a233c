#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "vicinal/version.h"

namespace vicinal::cli {
namespace {

constexpr size_t kHelpColumn = 26;  ///< where the explanations begin
constexpr size_t kWidth = 110;

/// " (default 10)", or nothing where the flag has no default worth a word.
std::string default_note(const Target& target) {
  if (auto* const* number = std::get_if<double*>(&target); number != nullptr)
    return fmt::format(" (default {})", **number);
  if (auto* const* number = std::get_if<size_t*>(&target); number != nullptr && **number != 0)
    return fmt::format(" (default {})", **number);
  if (auto* const* text = std::get_if<std::string*>(&target); text != nullptr && !(**text).empty())
    return fmt::format(" (default {})", **text);
  return {};
}

/// Characters of UTF-8 text, each one column wide here.
size_t columns(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// Appends words, breaking before `kWidth`; further lines begin at the help column.
void append_wrapped(std::string& out, std::string_view text, size_t column) {
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (column + 1 + columns(word) > kWidth && column > kHelpColumn) {
      out += '\n' + std::string(kHelpColumn - 1, ' ');
      column = kHelpColumn - 1;
    }
    out += ' ';
    out += word;
    column += 1 + columns(word);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  out += '\n';
}

void append_entry(std::string& out, const std::string& left, const std::string& explanation) {
  std::string line = "  " + left;
  if (columns(line) >= kHelpColumn) {
    out += line + '\n';
    line.clear();
  }
  out += line + std::string(kHelpColumn - 1 - columns(line), ' ');
  append_wrapped(out, explanation, kHelpColumn - 1);
}

std::string flag_left(const Flag& flag) {
  const size_t comma = flag.names.find(',');
  std::string names = comma == std::string::npos ? "    " + flag.names
                                                 : flag.names.substr(0, comma) + ", " + flag.names.substr(comma + 1);
  return flag.value.empty() ? names : names + ' ' + flag.value;
}

void append_flags(std::string& out, std::string_view heading, const std::vector<Flag>& flags) {
  if (flags.empty()) return;
  out += fmt::format("\n{}:\n", heading);
  for (const Flag& flag : flags) {
    std::string explanation = flag.help + default_note(flag.target);
    if (!flag.environment.empty()) explanation += fmt::format(" [${}]", flag.environment);
    append_entry(out, flag_left(flag), explanation);
  }
}

}  // namespace

std::string command_help(const Command& command) {
  std::string out = fmt::format("vicinal {}: {}\n\nExamples:\n", command.name, command.summary);
  for (const std::string& example : command.examples) out += "  " + example + '\n';
  out += fmt::format("\nUsage: vicinal {} {}\n", command.name, command.usage);
  if (!command.arguments.empty()) out += "\nArguments:\n";
  for (const Argument& argument : command.arguments) append_entry(out, "    " + argument.name, argument.help);
  append_flags(out, "Flags", command.flags);
  GlobalFlags globals;
  append_flags(out, "Flags of every command", global_flags(globals));
  return out;
}

std::string overview(const std::vector<Command>& commands) {
  std::string out = fmt::format(
      "vicinal {}: files in, ranked passages out\n\nExamples:\n"
      "  vicinal pull all-MiniLM-L6-v2\n"
      "  vicinal search \"how do refunds work?\" ~/Documents\n"
      "  vicinal embed \"The cat sat on the mat.\"\n\nUsage: vicinal COMMAND …    (vicinal help COMMAND: examples and "
      "flags)\n",
      version());
  std::string purpose;
  for (const Command& command : commands) {
    if (command.purpose != purpose) out += fmt::format("\n{}:\n", purpose = command.purpose);
    out += fmt::format("  {:<10} {}\n", command.name, command.summary);
  }
  out +=
      "\nResults go to stdout, all else to stderr. Exit codes: 0 done or found, 1 nothing found or a check failed, 2 "
      "bad use\n"
      "or input, 3 model or file trouble, 4 network, 5 another vector space, 6 budget reached, 130 interrupted.\n";
  return out;
}

}  // namespace vicinal::cli
