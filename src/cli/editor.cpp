#include "cli/editor.h"

#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

extern char** environ;

namespace vicinal::cli {
namespace {

enum class Place { plus_line, goto_flag, colon };

struct KnownEditor {
  std::string_view name;
  Place place;
};

constexpr std::array<KnownEditor, 18> kEditors = {{{"vi", Place::plus_line},
                                                   {"vim", Place::plus_line},
                                                   {"nvim", Place::plus_line},
                                                   {"gvim", Place::plus_line},
                                                   {"view", Place::plus_line},
                                                   {"nano", Place::plus_line},
                                                   {"emacs", Place::plus_line},
                                                   {"emacsclient", Place::plus_line},
                                                   {"kak", Place::plus_line},
                                                   {"gedit", Place::plus_line},
                                                   {"less", Place::plus_line},
                                                   {"code", Place::goto_flag},
                                                   {"code-insiders", Place::goto_flag},
                                                   {"codium", Place::goto_flag},
                                                   {"cursor", Place::goto_flag},
                                                   {"hx", Place::colon},
                                                   {"subl", Place::colon},
                                                   {"zed", Place::colon}}};

/// "vim" of "/usr/bin/vim -n".
std::string_view program_name(std::string_view editor) {
  const std::string_view program = editor.substr(0, editor.find(' '));
  return program.substr(program.rfind('/') + 1);
}

/// Interrupts go to the editor, which shares the terminal with us.
class InterruptsIgnored {
 public:
  InterruptsIgnored() {
    struct sigaction ignored = {};
    ignored.sa_handler = SIG_IGN;
    for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &ignored, &before_[i]);
  }
  ~InterruptsIgnored() {
    for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
  }
  InterruptsIgnored(const InterruptsIgnored&) = delete;
  InterruptsIgnored& operator=(const InterruptsIgnored&) = delete;

  static constexpr std::array<int, 2> kSignals = {SIGINT, SIGQUIT};

 private:
  std::array<struct sigaction, kSignals.size()> before_ = {};
};

/// The exit status as waitpid gives it, or an error number.
Result<int> run_and_wait(std::vector<std::string> words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  sigset_t defaults;
  ::sigemptyset(&defaults);
  for (const int signal : InterruptsIgnored::kSignals) ::sigaddset(&defaults, signal);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, pointers[0], nullptr, &attributes, pointers.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  if (failed != 0) return Error(Code::io, "the editor cannot be started").with("reason", std::strerror(failed));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return Error(Code::io, "the editor cannot be waited for").with("reason", std::strerror(errno));
  return status;
}

std::string editor_of_environment() {
  for (const char* name : {"VISUAL", "EDITOR"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return "";
}

}  // namespace

std::vector<std::string> editor_arguments(std::string_view editor, const std::string& path, size_t line) {
  const auto known = std::ranges::find(kEditors, program_name(editor), &KnownEditor::name);
  if (known == kEditors.end()) return {path};
  if (known->place == Place::plus_line) return {"+" + std::to_string(line), path};
  const std::string place = path + ":" + std::to_string(line);
  return known->place == Place::goto_flag ? std::vector<std::string>{"-g", place} : std::vector<std::string>{place};
}

Result<> open_in_editor(const std::string& path, size_t line) {
  const std::string editor = editor_of_environment();
  if (editor.empty())
    return Error(Code::invalid_argument, "there is no editor to open the hit with: neither $VISUAL nor $EDITOR is set")
        .with("fix", "export EDITOR=nano");
  // The shell reads the editor's own arguments, never the path.
  std::vector<std::string> words = {"/bin/sh", "-c", editor + " \"$@\"", editor};
  std::ranges::move(editor_arguments(editor, path, line), std::back_inserter(words));
  const InterruptsIgnored ours;
  const auto status = run_and_wait(std::move(words));
  if (!status) return status.error();
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return {};
  return Error(Code::io, "the editor did not end well")
      .with("editor", editor)
      .with("status", WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status));
}

}  // namespace vicinal::cli
