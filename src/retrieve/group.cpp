#include "retrieve/group.h"

#include <unordered_map>

namespace vicinal::retrieve {
namespace {

void add_passage(DocumentGroup& group, size_t place, size_t most) {
  if (group.passages.empty() || group.passages.size() < most)
    group.passages.push_back(place);
  else
    ++group.more;
}

}  // namespace

std::vector<DocumentGroup> group_by_document(std::span<const uint64_t> documents, const GroupOptions& options) {
  std::vector<DocumentGroup> groups;
  std::unordered_map<uint64_t, size_t> group_of;
  for (size_t place = 0; place < documents.size(); ++place) {
    const auto found = group_of.find(documents[place]);
    if (found != group_of.end()) {
      add_passage(groups[found->second], place, options.passages);
    } else if (groups.size() < options.documents) {
      group_of.emplace(documents[place], groups.size());
      groups.push_back({.document = documents[place], .passages = {place}});
    }
  }
  return groups;
}

}  // namespace vicinal::retrieve
