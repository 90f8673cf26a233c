#pragma once
/// Refuses folders on network file systems: their locks, maps and syncs do not keep the promises of a collection.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"

namespace vicinal::index {

/// unsupported with the type when the folder lies on a network file system.
Result<> require_local_disk(const std::string& folder);

/// By statfs(2)'s f_type: NFS, SMB, CIFS, AFS, Ceph, Coda, NCP, 9p. FUSE is not decided by its number.
bool is_network_type(uint64_t f_type);

/// By the type's name in mountinfo, for FUSE: "fuse.sshfs" and its like; "fuse.fuse-overlayfs", "fuseblk" are local.
bool is_network_name(std::string_view type);

}  // namespace vicinal::index
