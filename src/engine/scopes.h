#pragma once
/// Which part of which mirrored folder a run of indexing looks at, and how its documents are called.
///
/// A path that is indexed becomes a *root*: the collection remembers it with a prefix for the ids of its documents. The
/// first root of an empty collection has no prefix (ids are paths relative to it); further ones are called by their
/// last component, made unique. A path inside a root is a look at that part of it: same ids, and only what lies there
/// is mirrored. A root inside a new root is absorbed: its documents go away once the new root's are there.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "engine/recipe.h"
#include "index/store.h"

namespace vicinal::engine {

struct Scope {
  std::string root;                   ///< as recorded
  std::string path;                   ///< what is walked: the root or something inside it
  std::string id_begin;               ///< goes before a found file's relative path to make its id
  bool vanished = false;              ///< nothing is there any more: all its documents go
  std::vector<std::string> absorbed;  ///< roots that this one replaces

  /// True for ids of documents that this look decides about.
  bool covers(std::string_view id) const;

  std::string cover;  ///< "": the whole root; else the id of one file, or of a folder with "/" after it
};

struct Plan {
  std::vector<Scope> scopes;       ///< in the order of the paths
  std::vector<std::string> jsonl;  ///< .jsonl and .jsonl.gz files, whose rows are upserted
  /// In input order: true for the next scope, false for the next .jsonl file.
  std::vector<bool> order;
};

/// Adds new roots to `recipe.roots`. not_found: a path that is not there, unless its documents may go (see `vanished`).
Result<Plan> plan_scopes(const std::vector<std::string>& paths, Recipe& recipe, index::Store& store);

/// Absolute, links resolved as far as the path exists; a leading "~/" is the home folder.
std::string canonical_path(const std::string& path);

/// True if `path` is `folder` or lies below it.
bool is_inside(std::string_view path, std::string_view folder);

}  // namespace vicinal::engine
