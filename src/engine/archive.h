#pragma once
/// Unpacks archives as data: zip (also .whl, .jar) and gzip-compressed tar (.tar.gz, .tgz).
///
/// Nothing of an archive is believed: names that are absolute, climb out with "..", or hold a backslash or NUL are
/// refused, links and special files too, and counts and sizes are bounded before they are used. Files are made with
/// plain permissions, below `folder` only.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/check.h"
#include "vicinal/progress.h"

namespace vicinal::engine {

struct UnpackLimits {
  size_t max_entries = 20'000;
  size_t max_bytes = size_t{16} << 30;  ///< unpacked, all files together
};

/// True for names that `unpack` takes.
bool is_archive_name(std::string_view path);

/// `folder` must exist. corrupt: a broken archive, or one that tries any of the above; unsupported: another format.
Result<> unpack(const std::string& archive, const std::string& folder, const Watch& watch = {},
                const UnpackLimits& limits = {});

/// A relative path in which no part is empty, ".", ".." or holds a control character or backslash. A folder may end in
/// "/".
bool is_safe_entry_name(std::string_view name);

}  // namespace vicinal::engine
