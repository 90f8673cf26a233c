#pragma once
/// Which documents of a snapshot fulfil a filter, by attribute indexes that are made when a filter first names a field.
///
/// Made in one pass over the documents' metadata for all new fields of a filter, kept in memory until another commit is
/// seen. Not thread-safe.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "filter/condition.h"
#include "index/attribute_column.h"
#include "index/documents.h"

namespace vicinal::index {

class Attributes {
 public:
  explicit Attributes(Documents& documents) : documents_(&documents) {}

  /// One bit for each of ids(). `version`: that of the snapshot; another one than before lets go of what was made.
  /// corrupt: a document's metadata cannot be read.
  Result<Bitmap> select(const filter::Condition& condition, uint64_t version);
  /// Internal ids of all documents, ascending, as of the last select().
  std::span<const uint64_t> ids() const { return ids_; }

 private:
  using ByDocument = std::map<const filter::Condition*, Bitmap>;  ///< answers that needed the documents themselves
  void see(uint64_t version);
  Result<> load_ids();
  Result<> read(const std::vector<std::string>& fields, ByDocument& answers);
  Bitmap evaluate(const filter::Condition& condition, const ByDocument& answers);
  Bitmap at_least(const filter::Condition& condition, const ByDocument& answers);

  Documents* documents_;
  uint64_t version_ = 0;
  bool loaded_ = false;
  std::vector<uint64_t> ids_;
  std::map<std::string, AttributeColumn> columns_;
};

}  // namespace vicinal::index
