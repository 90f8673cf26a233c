#pragma once
/// Counts the texts that were cut at the token limit, over all windows, so that no cut is silent.

#include <cstddef>
#include <string>
#include <vector>

#include "vicinal/embedder.h"

namespace vicinal::cli {

/// What embedding did, over all windows of an input.
struct EmbedTotals {
  size_t texts = 0, tokens = 0, repeated = 0, cut = 0;
  std::vector<size_t> cut_rows;  ///< the first ten

  void add(const EmbedReport& report, size_t first_row);
};

/// "3 texts were cut at 256 tokens (rows 5, 9, 12); --on-long error refuses them".
std::string cut_note(const EmbedTotals& totals, size_t limit);

}  // namespace vicinal::cli
