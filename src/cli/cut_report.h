#pragma once
/// Tells which texts were cut at the token limit, so that no cut is silent.

#include <cstddef>
#include <string>

#include "vicinal/embedder.h"

namespace vicinal::cli {

/// "3 texts were cut at 256 tokens (rows 5, 9, 12); --on-long error refuses them".
std::string cut_note(const EmbedReport& report, size_t limit);

}  // namespace vicinal::cli
