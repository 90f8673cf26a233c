#include "postings/image_writer.h"

#include <numeric>

#include "base/digest.h"
#include "postings/varint.h"

namespace vicinal::postings {

namespace {

constexpr size_t kAlignment = 8;

std::string languages_section(const RowTable& rows) {
  std::string out;
  put_varint(out, rows.languages.size());
  for (const auto& [code, count] : rows.languages) {
    put_varint(out, code.size());
    out += code;
    put_varint(out, count);
  }
  return out;
}

Result<std::vector<uint32_t>> numbers_from_first(std::span<const uint64_t> documents) {
  std::vector<uint32_t> numbers;
  if (documents.empty()) return numbers;
  if (documents.back() - documents.front() > UINT32_MAX)
    return Error(Code::too_long, "documents of one file of postings lie too far apart")
        .with("first", documents.front())
        .with("last", documents.back());
  for (const uint64_t document : documents) numbers.push_back(static_cast<uint32_t>(document - documents.front()));
  return numbers;
}

}  // namespace

ImageWriter::ImageWriter(ByteSink sink, const RowTable& rows, uint64_t analyzer, uint32_t flags)
    : sink_(std::move(sink)), rows_(&rows) {
  tail_.analyzer = analyzer;
  tail_.flags = flags;
  tail_.rows = rows.rows();
  tail_.documents = rows.documents.size();
  tail_.positions = std::accumulate(rows.lengths.begin(), rows.lengths.end(), uint64_t{0});
}

Result<> ImageWriter::put(std::span<const std::byte> bytes) {
  pages_.append(bytes);
  written_ += bytes.size();
  return sink_(bytes);
}

Result<> ImageWriter::put_text(std::string_view text) { return put(std::as_bytes(std::span(text))); }

Result<> ImageWriter::align() { return put_text(std::string((kAlignment - written_ % kAlignment) % kAlignment, '\0')); }

template <class T>
Result<uint64_t> ImageWriter::section(const std::vector<T>& values) {
  VICINAL_TRY_VOID(align());
  const uint64_t offset = written_;
  VICINAL_TRY_VOID(put(std::as_bytes(std::span(values))));
  return offset;
}

Result<> ImageWriter::add(std::string_view key, const PlainList& list) {
  list_.clear();
  if (!write_list(list, rows_->lengths, list_))
    return Error(Code::too_long, "a term's postings do not fit their format").with("term", key);
  terms_.add(key, static_cast<uint32_t>(list.rows.size()), list_.size());
  return put_text(list_);
}

Result<> ImageWriter::finish() {
  tail_.lists_bytes = written_;
  tail_.terms = terms_.terms();
  VICINAL_TRY(const std::vector<uint32_t> document_numbers, numbers_from_first(rows_->documents));
  tail_.first_document = rows_->documents.empty() ? 0 : rows_->documents.front();
  VICINAL_TRY_VOID(align());
  tail_.terms_offset = written_;
  tail_.terms_bytes = terms_.blocks().size();
  VICINAL_TRY_VOID(put_text(terms_.blocks()));
  VICINAL_TRY(tail_.term_offsets_offset, section(terms_.block_offsets()));
  VICINAL_TRY(tail_.first_rows_offset, section(rows_->first_rows));
  VICINAL_TRY(tail_.documents_offset, section(document_numbers));
  VICINAL_TRY(tail_.titles_offset, section(rows_->titles));
  VICINAL_TRY(tail_.lengths_offset, section(rows_->lengths));
  const std::string languages = languages_section(*rows_);
  VICINAL_TRY_VOID(align());
  tail_.languages_offset = written_;
  tail_.languages_bytes = languages.size();
  VICINAL_TRY_VOID(put_text(languages));
  VICINAL_TRY_VOID(align());
  tail_.checksums_offset = written_;
  std::string end;
  const std::vector<uint64_t> checksums = pages_.finish();
  end.append(reinterpret_cast<const char*>(checksums.data()), checksums.size() * sizeof(uint64_t));
  end.append(reinterpret_cast<const char*>(&tail_), sizeof(tail_) - sizeof(tail_.checksum));
  const uint64_t checksum = base::xxh3_64(end);
  end.append(reinterpret_cast<const char*>(&checksum), sizeof(checksum));
  return sink_(std::as_bytes(std::span(end)));
}

}  // namespace vicinal::postings
