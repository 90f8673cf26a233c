#pragma once
/// A migration of the collection to its next space, as engine/migrate.h does it, with vectors that need no model.

#include <string>

#include "soak/expected.h"

namespace vicinal::soak {

/// Carries over at most `limit` documents to the collection beside `folder`. Nothing has to be held meanwhile.
std::string carry_over(const std::string& folder, const Expected& expected, size_t limit);

/// The new collection takes the old one's place. REQUIRES: no other documents are left to carry over; nothing of this
/// process has the old one open.
std::string switch_over(const std::string& folder);

}  // namespace vicinal::soak
