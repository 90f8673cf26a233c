#pragma once
/// The questions that a store answers, on one snapshot. Meanings: store.h. Not thread-safe.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/allowed_rows.h"
#include "index/attributes.h"
#include "index/documents.h"
#include "index/field_rows.h"
#include "index/lexical_arm.h"
#include "index/snapshot.h"
#include "index/store.h"

namespace vicinal::index {

class Reader {
 public:
  Reader(Snapshot& snapshot, Documents& documents)
      : snapshot_(&snapshot), documents_(&documents), attributes_(documents), lexical_(snapshot, documents) {}

  Result<std::vector<StoreHit>> search(const StoreSearch& request);
  Result<std::vector<std::vector<StoreHit>>> search_all(base::MatrixView queries, const StoreSearch& options);
  Result<LexicalAnswer> search_words(const LexicalSearch& request);
  Result<std::vector<float>> score_passages(const StoreSearch& request, std::span<const PassageName> passages);
  Result<std::span<const float>> passage_vector(const PassageName& passage);
  Result<std::vector<float>> random_vectors(size_t count, uint64_t seed);
  Result<StoreSelection> count(const filter::Condition& where, const FieldWeights& fields);
  Result<std::vector<std::string>> list(std::string_view after, size_t limit, const filter::Condition& where);
  Result<bool> find_vector(const base::Hash128& embed_hash, std::span<float> out);
  Result<Document> get(std::string_view id);
  Result<CollectionStats> stats();
  Result<> each_chunk(const std::function<bool(const ExportedChunk&)>& row);

 private:
  Result<bool> export_document(std::string_view id, const std::function<bool(const ExportedChunk&)>& row);

  Result<std::vector<float>> score_words(postings::Searcher& searcher, const postings::PreparedQuery& query,
                                         std::span<const PassageName> passages);

  /// What a filter left of one commit. Kept, because queries that come together share their filter.
  struct Selected {
    filter::Condition where;
    uint64_t version = 0;
    Bitmap documents;
    AllowedRows rows;
    std::optional<std::vector<std::string>> names;  ///< external ids in their order, once they were listed
  };
  Result<Selected*> select(const filter::Condition& where);
  /// Rows that a search looks at and that count alike. Two things that are never both there: rows of its own, or those
  /// of a filter, which live in selected_.
  struct RowGroup {
    float weight = 1;
    AllowedRows own;
    std::span<const Bitmap> filtered = {};  ///< empty as well: all rows
    uint64_t rows = 0;
    std::span<const Bitmap> allowed() const { return own.files.empty() ? filtered : own.files; }
  };
  Result<std::vector<RowGroup>> row_groups(const filter::Condition& where, const FieldWeights& fields);
  Result<const FieldRows*> field_rows();
  Result<VectorSet::Located> locate(const PassageName& passage);
  Result<> name(Selected& selected);

  Snapshot* snapshot_;
  Documents* documents_;
  Attributes attributes_;
  LexicalArm lexical_;
  std::optional<Selected> selected_;
  std::optional<RowOwners> owners_;  ///< of the snapshot's version owners_version_
  uint64_t owners_version_ = 0;
  std::optional<FieldRows> field_rows_;  ///< of the version field_rows_version_
  uint64_t field_rows_version_ = 0;
};

}  // namespace vicinal::index
