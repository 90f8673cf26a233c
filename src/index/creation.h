#pragma once
/// Making a new collection in a folder: whole or not at all.

#include <string>
#include <vector>

#include "index/folder.h"
#include "index/manifest.h"
#include "index/store.h"

namespace vicinal::index {

/// invalid_argument: the folder holds other things and no collection, so none may be made there.
Result<> check_place(const std::string& folder, const FolderContent& content);

/// Writes the first tail and the database, and gives the database its name last: a creation that is cut short leaves
/// only files that the next one overwrites. REQUIRES: the lock is held; content = look_into(folder) says that there
/// is no database. invalid_argument: identity without dimensions or space, or a folder with other things in it.
/// corrupt: vector files whose database is gone.
Result<> create_collection(const std::string& folder, const FolderContent& content, const StoreIdentity& identity);

/// Vector files that the database does not name: of a merge that was cut short, or replaced and not yet unlinked.
std::vector<std::string> leftovers_in(const FolderContent& content, const Manifest& manifest);

/// Removes vector files that the database does not name, and a creation's leftovers. REQUIRES: the lock is held, the
/// files that the database names are there.
Result<> remove_leftovers(const std::string& folder, const FolderContent& content, const Manifest& manifest);

}  // namespace vicinal::index
