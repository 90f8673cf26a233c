#pragma once
/// Gzip-compressed tar: POSIX ustar headers (IEEE Std 1003.1, pax), with pax "path" and GNU long names.

#include <string>

#include "engine/unpack_target.h"

namespace vicinal::engine {

/// Regular files and folders go to the target; a link or device is corrupt. Sizes are checked before anything is
/// written.
Result<> unpack_tar_gz(const std::string& path, UnpackTarget& target, const Watch& watch);

}  // namespace vicinal::engine
