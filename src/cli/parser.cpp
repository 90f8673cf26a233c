#include "cli/parser.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iterator>

#include "base/check.h"
#include "base/closest_names.h"

namespace vicinal::cli {
namespace {

Error usage_error(const Command& command, std::string message, std::string fix = {}) {
  if (fix.empty()) fix = fmt::format("vicinal {} {} (see: vicinal help {})", command.name, command.usage, command.name);
  return Error(Code::invalid_argument, std::move(message)).with("fix", fix);
}

/// std::stoull, which reads unsigned numbers here, makes 2^64 - 1 of "-1".
std::string not_negative(const std::string& value) {
  return value.starts_with('-') ? "'" + value + "' is not a number from 0 on" : "";
}

CLI::Option* declare(CLI::App& app, const Flag& flag) {
  CLI::Option* option = std::visit(
      [&](auto* target) {
        using Value = std::remove_pointer_t<decltype(target)>;
        if constexpr (std::is_same_v<Value, bool>) {
          return app.add_flag(flag.names, *target);
        } else if constexpr (std::is_same_v<Value, size_t> || std::is_same_v<Value, std::optional<size_t>>) {
          return app.add_option(flag.names, *target)->check(not_negative);
        } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
          return app.add_option(flag.names, *target)->allow_extra_args(false);  // given again for each value
        } else {
          return app.add_option(flag.names, *target);
        }
      },
      flag.target);
  const bool is_number = std::holds_alternative<size_t*>(flag.target);  // see read_number_of_environment
  if (!flag.environment.empty() && !is_number) option->envname(flag.environment);
  return option;
}

/// Not by CLI11, whose message would name the flag that nobody gave.
Result<> read_number_of_environment(const Flag& flag) {
  auto* const* target = std::get_if<size_t*>(&flag.target);
  const char* set = flag.environment.empty() || target == nullptr ? nullptr : std::getenv(flag.environment.c_str());
  if (set == nullptr || *set == '\0') return {};
  const std::string_view text = set;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), **target);
  if (error == std::errc() && end == text.data() + text.size()) return {};
  return Error(Code::invalid_argument,
               fmt::format("{} is '{}', which is not a number from 0 on", flag.environment, text))
      .with("fix", fmt::format("{}=2, or unset it", flag.environment));
}

std::string long_name(const Flag& flag) { return flag.names.substr(flag.names.rfind(',') + 1); }

Result<> check_choice(const Command& command, const Flag& flag) {
  const auto* value = std::get_if<std::string*>(&flag.target);
  if (flag.choices.empty() || value == nullptr || std::ranges::find(flag.choices, **value) != flag.choices.end())
    return {};
  std::vector<std::string> named = flag.choices;
  std::erase(named, "");
  return usage_error(command, fmt::format("{} cannot be '{}'", long_name(flag), **value),
                     fmt::format("one of: {}", fmt::join(named, ", ")));
}

Error unknown_flag(const Command& command, const std::vector<Flag>& flags, const std::string& given) {
  const std::string name = given.substr(0, given.find('='));
  std::vector<std::string> known;
  std::ranges::transform(flags, std::back_inserter(known), long_name);
  const std::vector<std::string> closest = base::closest_names(name, known);
  std::string fix = fmt::format("vicinal help {}", command.name);
  if (!closest.empty()) {
    fix = "did you mean " + closest.front() + "?";
  } else if (!command.arguments.empty()) {
    fix = fmt::format("put -- before texts that begin with a dash: vicinal {} -- '{}'", command.name, given);
  }
  return usage_error(command, fmt::format("unknown flag '{}' of vicinal {}", name, command.name), std::move(fix));
}

/// Gives the values to the arguments in order; returns how many were taken.
size_t assign(const std::vector<Argument>& arguments, const std::vector<std::string>& values) {
  size_t next = 0;
  for (const Argument& argument : arguments) {
    if (auto* const* all = std::get_if<std::vector<std::string>*>(&argument.target)) {
      (*all)->assign(values.begin() + static_cast<std::ptrdiff_t>(next), values.end());
      next = values.size();
    } else if (auto* const* one = std::get_if<std::string*>(&argument.target); one != nullptr && next < values.size()) {
      **one = values[next++];
    }
  }
  return next;
}

Result<> take_positionals(const Command& command, const std::vector<std::string>& values) {
  const size_t taken = assign(command.arguments, values);
  if (taken < values.size()) return usage_error(command, fmt::format("unexpected argument '{}'", values[taken]));
  size_t needed = 0;
  for (const Argument& argument : command.arguments) {
    needed += argument.required;
    if (argument.required && values.size() < needed) return usage_error(command, argument.name + " is missing");
  }
  return {};
}

/// Of digits: "inf" and "nan" are words.
bool is_number(const std::string& text) {
  if (text.find_first_of("0123456789") == std::string::npos) return false;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

/// Puts in the values that were left out.
std::vector<std::string> with_implied_values(const std::vector<Flag>& flags, std::vector<std::string> arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto flag = std::ranges::find_if(
        flags, [&](const Flag& known) { return !known.implied.empty() && long_name(known) == arguments[i]; });
    if (flag == flags.end() || (i + 1 < arguments.size() && is_number(arguments[i + 1]))) continue;
    arguments.insert(arguments.begin() + static_cast<std::ptrdiff_t>(++i), flag->implied);
  }
  return arguments;
}

/// CLI11 reads the flags; what it leaves are our positionals, which it would split at "[a,b]".
Result<std::vector<std::string>> read_flags(CLI::App& app, const Command& command, std::vector<std::string> arguments) {
  std::ranges::reverse(arguments);
  try {
    app.parse(std::move(arguments));
    return app.remaining();
  } catch (const CLI::Error& error) {
    return usage_error(command, error.what());
  } catch (const std::exception& error) {
    return usage_error(command, error.what());
  }
}

}  // namespace

Result<> parse_arguments(const Command& command, const std::vector<std::string>& arguments, GlobalFlags& globals) {
  std::vector<Flag> flags = command.flags;
  std::ranges::move(global_flags(globals), std::back_inserter(flags));
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<CLI::Option*> options;
  for (const Flag& flag : flags) options.push_back(declare(app, flag));

  const auto separator = std::ranges::find(arguments, "--");
  VICINAL_TRY(std::vector<std::string> positionals,
              read_flags(app, command, with_implied_values(flags, {arguments.begin(), separator})));
  if (globals.help) return {};
  const auto stray =
      std::ranges::find_if(positionals, [](const std::string& s) { return s.size() > 1 && s[0] == '-'; });
  if (stray != positionals.end()) return unknown_flag(command, flags, *stray);
  if (separator != arguments.end()) positionals.insert(positionals.end(), separator + 1, arguments.end());
  for (size_t i = 0; i < flags.size(); ++i) {
    const auto* const* text = std::get_if<std::string*>(&flags[i].target);
    if (flags[i].not_empty && text != nullptr && options[i]->count() > 0 && (*text)->empty())
      return usage_error(command, long_name(flags[i]) + " is empty", long_name(flags[i]) + ' ' + flags[i].value);
    if (flags[i].required && options[i]->empty()) return usage_error(command, long_name(flags[i]) + " is missing");
    if (options[i]->empty()) VICINAL_TRY_VOID(read_number_of_environment(flags[i]));
    VICINAL_TRY_VOID(check_choice(command, flags[i]));
  }
  return take_positionals(command, positionals);
}

}  // namespace vicinal::cli
