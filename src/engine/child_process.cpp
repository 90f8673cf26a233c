#include "engine/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file.h"

extern char** environ;

namespace vicinal::engine {
namespace {

constexpr size_t kKeptOutput = size_t{64} << 10;
constexpr int kPollMs = 100;

/// The actions of a spawn, freed at the end of the scope.
struct SpawnActions {
  posix_spawn_file_actions_t actions;
  SpawnActions() { posix_spawn_file_actions_init(&actions); }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
};

Result<pid_t> spawn(const ChildCommand& command, int output) {
  SpawnActions set;
  posix_spawn_file_actions_addopen(&set.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&set.actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&set.actions, output, STDERR_FILENO);
  if (!command.folder.empty()) posix_spawn_file_actions_addchdir_np(&set.actions, command.folder.c_str());
  std::vector<char*> arguments;
  for (const std::string& argument : command.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, arguments[0], &set.actions, nullptr, arguments.data(), environ);
  if (error != 0) return base::system_error("the program cannot be started", command.arguments[0], error);
  return pid;
}

/// Reads until the child closes its end; false when it was to be stopped.
bool drain(int input, std::string& output, const std::stop_token& stop) {
  char buffer[4096];
  for (;;) {
    if (stop.stop_requested()) return false;
    pollfd waiting{.fd = input, .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, kPollMs) == 0) continue;
    const ssize_t got = ::read(input, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    output.append(buffer, static_cast<size_t>(got));
    if (output.size() > 2 * kKeptOutput) output.erase(0, output.size() - kKeptOutput);
  }
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Result<ChildResult> run_child(const ChildCommand& command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return base::system_error("no pipe to the program", command.arguments[0], errno);
  auto pid = spawn(command, ends[1]);
  close(ends[1]);
  if (!pid) {
    close(ends[0]);
    return std::move(pid).error();
  }
  ChildResult result;
  const bool ended = drain(ends[0], result.output, command.stop);
  if (!ended) kill(*pid, SIGTERM);
  close(ends[0]);
  result.exit_code = wait_for(*pid);
  if (!ended) return Error(Code::interrupted, "stopped").with("program", command.arguments[0]);
  return result;
}

}  // namespace vicinal::engine
