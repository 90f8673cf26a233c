#pragma once
/// The part of a verification that reads the files of postings. Meanings: vicinal/doctor.h.

#include <string>

#include "index/verify_database.h"

namespace vicinal::index {

/// Every checksum and list, and that each living document of a file's range has its passages in it, and no other has.
/// What is wrong can be made anew from the texts, and is advised so. REQUIRES: a read transaction.
Result<> verify_postings(const DatabaseCheck& check, const std::string& folder, const Manifest& manifest);

}  // namespace vicinal::index
