#include "engine/fetch_package.h"

#include <algorithm>
#include <filesystem>

#include "base/digest.h"
#include "base/user_folders.h"
#include "engine/child_process.h"
#include "engine/package_parts.h"

namespace vicinal::engine {
namespace fs = std::filesystem;
namespace {

/// The last lines of what a client said, on one line.
std::string last_words(const std::string& output) {
  constexpr size_t kKept = 400;
  std::string text = output.substr(output.size() > kKept ? output.size() - kKept : 0);
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return text;
}

Result<> run_client(std::vector<std::string> arguments, const std::string& folder, const Watch& watch) {
  const std::string client = arguments[0];
  auto result = run_child({.arguments = std::move(arguments), .folder = folder, .stop = watch.stop});
  if (!result && result.error().code() == Code::not_found)
    return Error(Code::network, "the package's client is not installed: " + client).with("program", client);
  if (!result) return std::move(result).error();
  if (result->exit_code == 0) return {};
  return Error(Code::network, "the package's client failed")
      .with("program", client)
      .with("exit_code", result->exit_code)
      .with("said", last_words(result->output));
}

/// The one file that the client left behind.
Result<std::string> only_file(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->is_regular_file()) files.push_back(at->path().string());
  if (files.size() == 1) return files[0];
  return Error(Code::network, "the package's client did not bring one archive").with("files", files.size());
}

Result<std::string> maven_jar(const std::string& spec) {
  const size_t first = spec.find(':'), last = spec.rfind(':');
  std::string group = spec.substr(0, first);
  std::ranges::replace(group, '.', '/');
  const std::string artifact = spec.substr(first + 1, last - first - 1), version = spec.substr(last + 1);
  const std::string path = base::home_folder() + "/.m2/repository/" + group + "/" + artifact + "/" + version + "/" +
                           artifact + "-" + version + ".jar";
  std::error_code error;
  if (fs::is_regular_file(path, error)) return path;
  return Error(Code::network, "Maven did not put the jar into its local repository").with("path", path);
}

}  // namespace

Result<std::string> fetch_package(SourceKind kind, const std::string& spec, const std::string& folder,
                                  const Watch& watch) {
  if (kind == SourceKind::pip_parts) return fetch_parts(spec, folder, watch);
  if (kind == SourceKind::mvn) {
    VICINAL_TRY_VOID(
        run_client({"mvn", "-q", "-B", "dependency:get", "-Dtransitive=false", "-Dartifact=" + spec}, folder, watch));
    return maven_jar(spec);
  }
  const std::string download = folder + "/download";
  std::error_code error;
  fs::create_directory(download, error);
  if (kind == SourceKind::pip) {
    VICINAL_TRY_VOID(run_client({"python3", "-m", "pip", "download", "--disable-pip-version-check", "--no-deps",
                                 "--only-binary", ":all:", "-d", download, spec},
                                folder, watch));
  } else {
    VICINAL_TRY_VOID(run_client({"npm", "pack", "--ignore-scripts", spec}, download, watch));
  }
  return only_file(download);
}

Result<> check_archive(const std::string& path, const std::string& expected) {
  if (expected.empty()) return {};
  VICINAL_TRY(const std::string digest, base::sha256_file(path));
  if (digest == expected) return {};
  return Error(Code::corrupt, "the archive is not the one on record")
      .with("archive", path)
      .with("sha256", digest)
      .with("expected_sha256", expected);
}

}  // namespace vicinal::engine
