#pragma once
/// SHA-256 of large files that seldom change, remembered between runs.
///
/// cache_folder()/digests/DEVICE-INODE holds one line: version, size, modification time, digest, checksum of the line.
/// A file whose stamp still agrees is not read. What cannot be believed is computed anew; what cannot be written is
/// not remembered. A file modified within the last two seconds is not remembered: a second write may leave its stamp as
/// it is.

#include <string>

#include "base/check.h"

namespace vicinal::embed {

/// True if remembered_sha256 would now answer without reading the file.
bool is_remembered(const std::string& path);

/// 64 hex digits. Errors are those of reading the file.
Result<std::string> remembered_sha256(const std::string& path);

}  // namespace vicinal::embed
