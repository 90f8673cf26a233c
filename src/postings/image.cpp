#include "postings/image.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>

#include "base/digest.h"
#include "postings/varint.h"

namespace vicinal::postings {

namespace {

constexpr uint64_t kMaxRows = INT32_MAX;
constexpr size_t kMaxLanguages = 1024;

}  // namespace

Result<std::unique_ptr<Image>> Image::open(std::span<const std::byte> bytes, std::string path, Trust trust) {
  std::unique_ptr<Image> image(new Image(bytes));
  VICINAL_TRY_VOID(image->open_tail(path, trust));
  VICINAL_TRY_VOID(image->open_tables());
  VICINAL_TRY_VOID(image->open_languages());
  return image;
}

Result<> Image::open_tail(const std::string& path, Trust trust) {
  checked_ = CheckedBytes(bytes_, {}, path);
  if (bytes_.size() < sizeof(tail_)) return damaged("the file is too short");
  std::memcpy(&tail_, bytes_.data() + bytes_.size() - sizeof(tail_), sizeof(tail_));
  const uint64_t end = bytes_.size() - sizeof(tail_);
  const uint64_t pages = (tail_.checksums_offset + kPageBytes - 1) / kPageBytes;
  if (tail_.checksums_offset > end || tail_.checksums_offset % 8 != 0 ||
      pages * sizeof(uint64_t) != end - tail_.checksums_offset)
    return damaged("the table of checksums");
  const auto guarded =
      bytes_.subspan(tail_.checksums_offset, bytes_.size() - tail_.checksums_offset - sizeof(uint64_t));
  if (base::xxh3_64(guarded) != tail_.checksum) return damaged("the checksum of the tables");
  const std::span checksums(reinterpret_cast<const uint64_t*>(bytes_.data() + tail_.checksums_offset), pages);
  checked_ = CheckedBytes(bytes_.first(tail_.checksums_offset),
                          trust == Trust::memory ? std::span<const uint64_t>() : checksums, path);
  return {};
}

template <class T>
Result<std::span<const T>> Image::table(uint64_t offset, uint64_t count) {
  if (offset % sizeof(T) != 0 || count > bytes_.size()) return damaged("a table");
  VICINAL_TRY(const auto bytes, checked_.view(offset, count * sizeof(T)));
  return std::span<const T>(reinterpret_cast<const T*>(bytes.data()), count);
}

Result<> Image::open_tables() {
  if (tail_.rows > kMaxRows || tail_.documents > kMaxRows) return damaged("more rows than a file can have");
  VICINAL_TRY(first_rows_, table<uint32_t>(tail_.first_rows_offset, tail_.documents + 1));
  VICINAL_TRY(documents_, table<uint32_t>(tail_.documents_offset, tail_.documents));
  VICINAL_TRY(titles_, table<RowLength>(tail_.titles_offset, tail_.documents));
  VICINAL_TRY(lengths_, table<RowLength>(tail_.lengths_offset, tail_.rows));
  const bool rows = first_rows_.front() == 0 && first_rows_.back() == tail_.rows && std::ranges::is_sorted(first_rows_);
  if (!rows || !std::ranges::is_sorted(documents_, std::ranges::less_equal{}) ||
      tail_.first_document > UINT64_MAX - UINT32_MAX)
    return damaged("the table of documents");
  if (std::accumulate(lengths_.begin(), lengths_.end(), uint64_t{0}) != tail_.positions)
    return damaged("the table of lengths");
  const uint64_t blocks = (tail_.terms + kTermsPerBlock - 1) / kTermsPerBlock;
  if (blocks > bytes_.size() || tail_.terms_offset > checked_.size() ||
      tail_.terms_bytes > checked_.size() - tail_.terms_offset || tail_.lists_bytes > checked_.size())
    return damaged("the table of terms");
  dictionary_.emplace(checked_, TermDictionary::Place{tail_.terms_offset, tail_.terms_bytes},
                      TermDictionary::Place{tail_.term_offsets_offset, blocks * sizeof(uint64_t)}, tail_.terms);
  return {};
}

Result<> Image::open_languages() {
  VICINAL_TRY(const auto bytes, checked_.view(tail_.languages_offset, tail_.languages_bytes));
  VarintReader reader(bytes);
  const uint64_t count = reader.next();
  if (count > kMaxLanguages) return damaged("the table of languages");
  for (uint64_t i = 0; i < count && reader.ok(); ++i) {
    const auto code = reader.take(reader.next());
    languages_.emplace_back(std::string(reinterpret_cast<const char*>(code.data()), code.size()), reader.next());
  }
  return reader.ok() ? Result<>() : damaged("the table of languages");
}

size_t Image::document_of(uint32_t row) const {
  // Documents have much the same number of rows: steps that double from where that would put it, then halves.
  const auto rows = first_rows_;
  size_t low = static_cast<size_t>(uint64_t{row} * documents_.size() / std::max<size_t>(lengths_.size(), 1)), step = 1;
  size_t high = low + 1;
  while (low > 0 && rows[low] > row) {
    high = low;
    low -= std::min(low, std::exchange(step, step * 2));
  }
  while (high < rows.size() && rows[high] <= row) {
    low = high;
    high = std::min(rows.size(), high + std::exchange(step, step * 2));
  }
  const auto found =
      std::upper_bound(rows.begin() + static_cast<ptrdiff_t>(low), rows.begin() + static_cast<ptrdiff_t>(high), row);
  return static_cast<size_t>(found - rows.begin()) - 1;
}

std::optional<size_t> Image::find_document(uint64_t id) const {
  const auto all = documents();
  const auto found = std::ranges::lower_bound(all, id);
  if (found == all.end() || *found != id) return std::nullopt;
  return static_cast<size_t>(found - all.begin());
}

Result<ListReader> Image::list(const Term& term) {
  if (term.offset > tail_.lists_bytes || term.bytes > tail_.lists_bytes - term.offset)
    return damaged("a list lies behind the end");
  VICINAL_TRY(const auto bytes, checked_.view(term.offset, term.bytes));
  const std::tuple name(term.offset, term.bytes, term.rows);
  const auto heads = checked_lists_.contains(name) ? ListReader::Heads::checked : ListReader::Heads::unchecked;
  auto list = ListReader::open(bytes, term.rows, rows(), has_positions(), heads);
  if (!list) return damaged("a list");
  if (list->full_blocks() > 0 && heads == ListReader::Heads::unchecked) checked_lists_.insert(name);
  return *std::move(list);
}

Result<> Image::verify() {
  VICINAL_TRY_VOID(checked_.verify_all());
  std::optional<Error> failure;
  PlainList whole;
  VICINAL_TRY_VOID(dictionary_->each_from("", [&](std::string_view, const Term& term) {
    const auto read = list(term);
    whole.clear();
    if (!read)
      failure = read.error();
    else if (read->read_all(whole); !read->sound())
      failure = damaged("a list");
    return !failure;
  }));
  if (failure) return *std::move(failure);
  return {};
}

}  // namespace vicinal::postings
