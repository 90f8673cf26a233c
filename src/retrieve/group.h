#pragma once
/// A ranked list of passages as a ranked list of documents, each with its best passages.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace vicinal::retrieve {

struct DocumentGroup {
  uint64_t document = 0;
  std::vector<size_t> passages;  ///< places in the list, best first; at least one
  size_t more = 0;               ///< further passages of the document in the list
};

struct GroupOptions {
  size_t passages = 1;                                    ///< at most so many of a document, at least 1
  size_t documents = std::numeric_limits<size_t>::max();  ///< at most so many documents
};

/// `documents[i]` is the document of the i-th best passage. A document stands where its best passage stood.
std::vector<DocumentGroup> group_by_document(std::span<const uint64_t> documents, const GroupOptions& options);

}  // namespace vicinal::retrieve
