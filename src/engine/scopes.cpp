#include "engine/scopes.h"

#include <algorithm>
#include <filesystem>

#include "base/json.h"
#include "base/user_folders.h"

namespace vicinal::engine {
namespace fs = std::filesystem;
namespace {

struct Given {
  std::string path;  // canonical
  bool exists = false;
  bool is_folder = false;
  bool is_rows = false;
};

Given look_at(const std::string& path) {
  std::error_code error;
  Given given{.path = canonical_path(path)};
  const fs::file_status status = fs::status(given.path, error);
  given.exists = fs::exists(status);
  given.is_folder = fs::is_directory(status);
  given.is_rows = !given.is_folder && (path.ends_with(".jsonl") || path.ends_with(".jsonl.gz"));
  return given;
}

/// The recorded root that holds the path: the longest.
const std::string* root_of(const Recipe& recipe, const std::string& path) {
  const std::string* best = nullptr;
  for (const auto& [root, prefix] : recipe.roots)
    if (is_inside(path, root) && (best == nullptr || root.size() > best->size())) best = &root;
  return best;
}

Scope part_of(const Recipe& recipe, const std::string& root, const Given& given) {
  Scope scope{.root = root, .path = given.path, .vanished = !given.exists};
  scope.id_begin = recipe.roots.at(root);
  if (given.path == root) return scope;
  const std::string relative = given.path.substr(root.size() + (root.ends_with('/') ? 0 : 1));
  scope.cover = scope.id_begin + relative;
  if (given.is_folder) {
    scope.cover += '/';
    scope.id_begin = scope.cover;
  } else {  // a walk of one file calls it by its name
    scope.id_begin += relative.substr(0, relative.rfind('/') + 1);
  }
  return scope;
}

Result<bool> prefix_is_free(index::Store& store, const Recipe& recipe, const std::string& prefix, const Given& given) {
  for (const auto& [root, used] : recipe.roots)
    if (!prefix.empty() && used == prefix) return false;
  if (!given.is_folder) {
    const std::string id = prefix + fs::path(given.path).filename().string();
    for (const auto& [root, used] : recipe.roots)  // planned just now, not stored yet
      if (used + fs::path(root).filename().string() == id) return false;
    VICINAL_TRY(const auto taken, store.source(id));
    return !taken.has_value();
  }
  VICINAL_TRY(const auto next,
              store.list(prefix, 1));  // ids after the prefix: the first tells whether any begins with it
  return next.empty() || !next.front().starts_with(prefix);
}

/// "" where it is free and wanted, else "name/", "name-2/" …
Result<std::string> choose_prefix(index::Store& store, const Recipe& recipe, const Given& given, bool alone) {
  if (alone || !given.is_folder) {
    VICINAL_TRY(const bool free, prefix_is_free(store, recipe, "", given));
    if (free) return std::string();
  }
  const fs::path named = given.is_folder ? fs::path(given.path) : fs::path(given.path).parent_path();
  const std::string name = named.filename().empty() ? "root" : named.filename().string();
  for (size_t n = 1;; ++n) {
    const std::string prefix = (n == 1 ? name : name + "-" + std::to_string(n)) + "/";
    VICINAL_TRY(const bool free, prefix_is_free(store, recipe, prefix, given));
    if (free) return prefix;
  }
}

std::vector<std::string> roots_inside(const Recipe& recipe, const std::string& folder) {
  std::vector<std::string> inside;
  for (const auto& [root, prefix] : recipe.roots)
    if (root != folder && is_inside(root, folder)) inside.push_back(root);
  return inside;
}

/// Each path once, without those that lie in another given folder.
std::vector<Given> outermost(const std::vector<std::string>& paths) {
  std::vector<Given> all;
  for (const std::string& path : paths) all.push_back(look_at(path));
  std::vector<Given> kept;
  for (size_t i = 0; i < all.size(); ++i) {
    const auto covers = [&](const Given& other) {
      const bool same = other.path == all[i].path;
      return !all[i].is_rows &&
             ((same && &other < &all[i]) || (!same && other.is_folder && is_inside(all[i].path, other.path)));
    };
    if (std::ranges::none_of(all, covers)) kept.push_back(all[i]);
  }
  return kept;
}

/// A path that is gone may take documents with it: a file that was mirrored alone, or something below a root that is
/// there. A whole folder that is gone may be a disk that is not mounted: an error, and nothing is removed.
Result<> check_vanished(index::Store& store, const Scope& scope) {
  std::error_code error;
  if (scope.path != scope.root) {
    if (fs::is_directory(scope.root, error)) return {};
    return Error(Code::not_found, "the mirrored folder is not there; nothing was removed").with("path", scope.root);
  }
  VICINAL_TRY(const auto known, store.sources(scope.root));
  const bool was_file = known.size() == 1 && known[0].id == scope.id_begin + fs::path(scope.root).filename().string();
  if (was_file && fs::is_directory(fs::path(scope.root).parent_path(), error)) return {};
  return Error(Code::not_found, "the mirrored path is not there; nothing was removed").with("path", scope.root);
}

Result<> add_scope(Plan& plan, Recipe& recipe, index::Store& store, const Given& given, bool alone) {
  if (const std::string* root = root_of(recipe, given.path)) {
    plan.scopes.push_back(part_of(recipe, *root, given));
    return given.exists ? Result<>() : check_vanished(store, plan.scopes.back());
  }
  if (!given.exists) return Error(Code::not_found, "there is no such file or folder").with("path", given.path);
  if (!base::valid_utf8(given.path))  // the recipe is JSON: the next run would not know the root again
    return Error(Code::invalid_argument, "the path is not UTF-8").with("path", given.path);
  VICINAL_TRY(std::string prefix, choose_prefix(store, recipe, given, alone));
  Scope scope{.root = given.path, .path = given.path, .id_begin = prefix, .absorbed = roots_inside(recipe, given.path)};
  recipe.roots[given.path] = std::move(prefix);
  plan.scopes.push_back(std::move(scope));
  return {};
}

}  // namespace

bool Scope::covers(std::string_view id) const {
  if (cover.empty()) return true;
  if (cover.ends_with('/')) return id.starts_with(cover);
  return id == cover || (vanished && id.starts_with(cover + "/"));  // nobody knows whether it was a folder
}

std::string canonical_path(const std::string& path) {
  const bool home = path == "~" || path.starts_with("~/");
  std::error_code error;
  const fs::path full = fs::weakly_canonical(home ? base::home_folder() + path.substr(1) : path, error);
  if (error) return path;
  std::string text = full.string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

bool is_inside(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return false;
  return path.size() == folder.size() || folder.ends_with('/') || path[folder.size()] == '/';
}

Result<Plan> plan_scopes(const std::vector<std::string>& paths, Recipe& recipe, index::Store& store) {
  const std::vector<Given> given = outermost(paths);
  const auto is_mirrored = [](const Given& g) { return !g.is_rows; };
  const bool alone = recipe.roots.empty() && std::ranges::count_if(given, is_mirrored) == 1;
  Plan plan;
  for (const Given& g : given) {
    plan.order.push_back(!g.is_rows);
    if (!g.is_rows) {
      VICINAL_TRY_VOID(add_scope(plan, recipe, store, g, alone));
    } else if (g.exists) {
      plan.jsonl.push_back(g.path);
    } else {
      return Error(Code::not_found, "there is no such file").with("path", g.path);
    }
  }
  return plan;
}

}  // namespace vicinal::engine
