#pragma once
/// Finds the files of a folder that a person would mean: no hidden ones, nothing that .gitignore (nested files,
/// negation, directory patterns) or .ignore excludes, no links that lead out of the root, each file once.

#include <functional>
#include <string>
#include <vector>

#include "base/file.h"
#include "vicinal/collection.h"

namespace vicinal::read {

struct FoundFile {
  std::string path;      ///< as opened
  std::string relative;  ///< to the root, "/" between parts; the file's name where the root is a file
  base::FileStamp stamp;
};

struct WalkResult {
  std::vector<FoundFile> files;         ///< sorted by `relative`, bytewise
  std::vector<Skipped> skipped;         ///< unreadable folders, broken links, special files: one line each
  bool complete = true;                 ///< false when any folder could not be read: nothing may be deleted below it
  std::vector<std::string> unreadable;  ///< relative paths of those folders ("" for the root)
};

/// `root`: a folder, or one file (which is then taken whatever its name). Unreadable root: an error.
///
/// Rules above the root count as well, so that a look at a part of a folder finds what a walk of the whole finds there:
/// those of the folders up to the nearest one that holds .git, and those up to `top` (absolute, without links; "":
/// none) where the root lies below it. They decide about what is in the root, never about the root itself.
Result<WalkResult> walk(const std::string& root, const std::string& top = "");

}  // namespace vicinal::read
