#pragma once
/// The questions that a store answers, on one snapshot. Meanings: store.h. Not thread-safe.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/documents.h"
#include "index/snapshot.h"
#include "index/store.h"

namespace vicinal::index {

class Reader {
 public:
  Reader(Snapshot& snapshot, Documents& documents) : snapshot_(&snapshot), documents_(&documents) {}

  struct SearchRequest {
    std::span<const float> query;
    size_t limit = 0;
    Metric metric = Metric::cosine;
    bool best_per_document = false;
  };
  Result<std::vector<StoreHit>> search(const SearchRequest& request);
  Result<bool> find_vector(const base::Hash128& embed_hash, std::span<float> out);
  Result<Document> get(std::string_view id);
  Result<CollectionStats> stats();
  Result<> each_chunk(const std::function<bool(const ExportedChunk&)>& row);

 private:
  Result<bool> export_document(std::string_view id, const std::function<bool(const ExportedChunk&)>& row);

  Snapshot* snapshot_;
  Documents* documents_;
};

}  // namespace vicinal::index
