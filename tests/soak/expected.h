#pragma once
/// What a collection must hold and answer after some operations, kept in memory.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "soak/operation.h"

namespace vicinal::soak {

/// Each migration leads to the next space, where the same passages have other vectors.
std::string space_name(uint64_t space);
std::vector<float> vector_in(uint64_t space, const index::TestDocument& document, size_t ordinal);
base::Hash128 hash_in(uint64_t space, const index::TestDocument& document, size_t ordinal);

/// Copies are cheap: documents are shared.
class Expected {
 public:
  void apply(const Operation& operation);

  std::vector<index::StoreHit> hits(const Operation& search) const;
  /// Empty when this is the answer to the search by words, else what differs.
  std::string words_differ(const index::LexicalAnswer& found, const index::LexicalSearch& request,
                           const Operation& search) const;
  index::StoreSelection count(uint64_t least_version) const;
  std::vector<std::string> list(const std::string& after, size_t limit) const;
  size_t known(const Operation& removal_or_update) const;  ///< how many of its ids are there
  const index::TestDocument* find(const std::string& id) const;
  bool has_backup() const { return saved_.has_value(); }
  uint64_t space() const { return now_.space; }

  /// Empty when the store holds exactly this and finds every passage by its own vector and by its words, else what
  /// differs.
  std::string differs_from(index::Store& store) const;

 private:
  struct Stored {
    index::TestDocument document;
    std::vector<std::vector<float>> vectors;
    std::vector<index::PlainPassage> passages;
  };
  struct State {
    std::map<std::string, std::shared_ptr<const Stored>> documents;
    uint64_t space = 0;
  };
  Stored in_this_space(const index::TestDocument& document) const;
  void move_to_next_space();
  std::string document_differs(index::Store& store, const Stored& stored) const;

  State now_;
  std::optional<State> saved_;  ///< by the newest backup
};

}  // namespace vicinal::soak
