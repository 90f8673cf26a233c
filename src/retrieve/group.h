#pragma once
/// A ranked list of passages in which no document takes up more than some places.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vicinal::retrieve {

/// `documents[i]` is the document of the i-th best passage. The places of each document's best `passages`, ascending.
std::vector<size_t> best_of_each_document(std::span<const uint64_t> documents, size_t passages);

}  // namespace vicinal::retrieve
