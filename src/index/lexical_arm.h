#pragma once
/// The lexical arm of one commit: the files of postings that the manifest names, and in memory the documents that came
/// since the last of them was written.
///
/// Made when a search first needs it; kept until the snapshot shows another commit. Not thread-safe.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "index/bitmap.h"
#include "index/documents.h"
#include "index/passage_terms.h"
#include "index/postings_file.h"
#include "index/snapshot.h"
#include "postings/searcher.h"

namespace vicinal::index {

class LexicalArm {
 public:
  LexicalArm(Snapshot& snapshot, Documents& documents) : snapshot_(&snapshot), documents_(&documents) {}

  /// Brought up to the snapshot's commit. corrupt: a file of postings is damaged or gone. unsupported: the collection
  /// is of the first format, which has none. `k1`, `b`: the collection's where empty; invalid_argument: out of range.
  /// `fields`: as LexicalSearch has them; of a collection with the body alone they are not looked at.
  Result<postings::Searcher*> searcher(std::optional<double> k1, std::optional<double> b, const FieldWeights& fields);
  /// What the documents are stemmed as, for queries: each once, "" for those that are not.
  const std::vector<std::string>& languages() const { return languages_; }
  const WordRules& rules() const { return *rules_; }
  /// Keys that begin with `prefix` with the rows that hold them (dead ones too), file by file, until `visit` says
  /// false.
  Result<> each_key(std::string_view prefix, const std::function<bool(std::string_view, uint64_t)>& visit) const;
  /// One mask a source of the searcher: rows of the documents that are set. `ids`: of the bits, ascending.
  std::vector<std::vector<uint64_t>> masks(const Bitmap& selected, std::span<const uint64_t> ids) const;

 private:
  struct Part {
    postings::Image* image = nullptr;
    std::vector<uint64_t> live;   ///< rows; empty: all
    std::vector<uint8_t> fields;  ///< of each row, in a collection with several
  };
  Result<> load();
  Result<> load_fields();
  std::optional<postings::FieldScoring> field_scoring(const FieldWeights& weights) const;
  Result<> load_fresh();
  Result<> mark_dead();

  Snapshot* snapshot_;
  Documents* documents_;
  std::shared_ptr<const WordRules> rules_;
  uint64_t version_ = 0;
  bool loaded_ = false;
  std::vector<Part> parts_;
  std::vector<uint64_t> fresh_bytes_;  ///< words, so that they are aligned
  std::unique_ptr<postings::Image> fresh_;
  std::vector<std::string> languages_;
  std::optional<postings::Searcher> searcher_;
  postings::Scoring scoring_;
  FieldWeights weights_;
};

/// Documents with ids above `after`, ascending, at most `limit`: internal and external ids.
Result<std::vector<std::pair<uint64_t, std::string>>> documents_from(Database& database, uint64_t after,
                                                                     uint64_t limit);

}  // namespace vicinal::index
