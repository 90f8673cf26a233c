#pragma once
/// Encodes one term's list (list_format.h).

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "postings/impact.h"

namespace vicinal::postings {

/// Rows strictly ascending, frequencies from 1, and all rows' positions one behind the other, ascending within a row:
/// as many as the frequencies' sum, or none at all where a file keeps no positions.
struct PlainList {
  std::vector<uint32_t> rows, frequencies, positions;
  void clear() {
    rows.clear();
    frequencies.clear();
    positions.clear();
  }
};

/// Appends the list to `out`. `lengths`: of every row of the file. False: it does not fit the format (a
/// list's parts have 4 GiB each).
[[nodiscard]] bool write_list(const PlainList& list, std::span<const RowLength> lengths, std::string& out);

}  // namespace vicinal::postings
