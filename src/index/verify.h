#pragma once
/// Reads everything of a collection and checks it. Meanings: verify_collection in vicinal/doctor.h.
///
/// One read transaction holds the commit that is looked at, so a writer may go on; its log grows meanwhile. Pages of
/// the file and frames of the log are read past SQLite: one that a writer is just putting there is looked at again.

#include <string>

#include "base/check.h"
#include "vicinal/doctor.h"

namespace vicinal::index {

Result<Verification> verify(const std::string& folder, const Watch& watch);

}  // namespace vicinal::index
