#pragma once
/// An inverted index over rows, read where it lies: in a mapped file or in memory. Byte tables:
/// docs/formats/postings.md.
///
/// The tables are checked when it is opened, lists and terms when they are first looked at. Not thread-safe.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "postings/image_format.h"
#include "postings/list_reader.h"
#include "postings/term_dictionary.h"

namespace vicinal::postings {

class Image {
 public:
  enum class Trust { verify, memory };  ///< memory: this process wrote the bytes
  /// `bytes` outlive the image; they begin at a multiple of 8. corrupt: a size, an order or a checksum that cannot be.
  static Result<std::unique_ptr<Image>> open(std::span<const std::byte> bytes, std::string path, Trust trust);

  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  uint32_t rows() const { return static_cast<uint32_t>(lengths_.size()); }
  uint64_t positions() const { return tail_.positions; }
  uint64_t terms() const { return tail_.terms; }
  uint64_t analyzer() const { return tail_.analyzer; }
  uint64_t bytes() const { return bytes_.size(); }
  bool has_positions() const { return (tail_.flags & kHasPositions) != 0; }

  /// Internal ids, ascending: a range with places.
  auto documents() const {
    return std::views::transform(documents_,
                                 [first = tail_.first_document](uint32_t number) { return first + number; });
  }
  std::span<const uint32_t> first_rows() const { return first_rows_; }  ///< one more than documents
  std::span<const RowLength> titles() const { return titles_; }
  std::span<const RowLength> lengths() const { return lengths_; }
  const std::vector<std::pair<std::string, uint64_t>>& languages() const { return languages_; }
  /// Place of the row's document in documents().
  size_t document_of(uint32_t row) const;
  /// Place of a document; nothing: it is not here.
  std::optional<size_t> find_document(uint64_t id) const;

  Result<std::optional<Term>> find(std::string_view key) { return dictionary_->find(key); }
  TermDictionary& dictionary() { return *dictionary_; }
  Result<ListReader> list(const Term& term);
  /// What a list that turned out damaged is reported as.
  Error damaged(std::string_view what) const { return checked_.damaged(what); }
  /// Every page and every list.
  Result<> verify();

 private:
  explicit Image(std::span<const std::byte> bytes) : bytes_(bytes) {}
  Result<> open_tail(const std::string& path, Trust trust);
  Result<> open_tables();
  Result<> open_languages();
  template <class T>
  Result<std::span<const T>> table(uint64_t offset, uint64_t count);

  std::span<const std::byte> bytes_;
  ImageTail tail_;
  CheckedBytes checked_;
  std::optional<TermDictionary> dictionary_;
  std::set<std::tuple<uint64_t, uint64_t, uint32_t>> checked_lists_;  ///< long ones: offset, bytes, rows
  std::span<const uint32_t> documents_, first_rows_;
  std::span<const RowLength> titles_, lengths_;
  std::vector<std::pair<std::string, uint64_t>> languages_;
};

}  // namespace vicinal::postings
