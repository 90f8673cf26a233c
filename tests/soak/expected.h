#pragma once
/// What a collection must hold and answer after some operations, kept in memory.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "soak/operation.h"

namespace vicinal::soak {

/// Copies are cheap: documents are shared.
class Expected {
 public:
  void apply(const Operation& operation);

  std::vector<index::StoreHit> hits(const Operation& search) const;
  index::StoreSelection count(uint64_t least_version) const;
  std::vector<std::string> list(const std::string& after, size_t limit) const;
  size_t removed_by(const Operation& removal) const;
  const index::TestDocument* find(const std::string& id) const;
  bool has_backup() const { return saved_.has_value(); }

  /// Empty when the store holds exactly this and finds every passage by its own vector, else what differs.
  std::string differs_from(index::Store& store) const;

 private:
  struct Stored {
    index::TestDocument document;
    std::vector<std::vector<float>> vectors;
  };
  using Documents = std::map<std::string, std::shared_ptr<const Stored>>;

  Documents documents_;
  std::optional<Documents> saved_;  ///< by the newest backup
};

}  // namespace vicinal::soak
