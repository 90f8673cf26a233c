#include "retrieve/group.h"

#include <unordered_map>

namespace vicinal::retrieve {

std::vector<size_t> best_of_each_document(std::span<const uint64_t> documents, size_t passages) {
  std::vector<size_t> places;
  std::unordered_map<uint64_t, size_t> taken;
  for (size_t place = 0; place < documents.size(); ++place)
    if (taken[documents[place]]++ < passages) places.push_back(place);
  return places;
}

}  // namespace vicinal::retrieve
