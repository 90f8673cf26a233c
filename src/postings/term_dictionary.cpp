#include "postings/term_dictionary.h"

#include <algorithm>
#include <cstring>

#include "postings/varint.h"

namespace vicinal::postings {

namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

size_t shared_bytes(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

void TermDictionaryWriter::add(std::string_view key, uint32_t rows, uint64_t list_bytes) {
  if (terms_ % kTermsPerBlock == 0) {
    offsets_.push_back(blocks_.size());
    put_varint(blocks_, list_offset_);
    last_.clear();
  }
  const size_t shared = shared_bytes(last_, key);
  put_varint(blocks_, shared);
  put_varint(blocks_, key.size() - shared);
  blocks_ += key.substr(shared);
  put_varint(blocks_, rows);
  put_varint(blocks_, list_bytes);
  last_ = key;
  list_offset_ += list_bytes;
  ++terms_;
}

TermDictionary::TermDictionary(CheckedBytes& file, Place blocks, Place offsets, uint64_t terms)
    : file_(&file), blocks_(blocks), offsets_(offsets), terms_(terms), count_(offsets.bytes / sizeof(uint64_t)) {}

Result<uint64_t> TermDictionary::block_offset(size_t block) {
  if (block == count_) return blocks_.bytes;
  VICINAL_TRY(const auto bytes, file_->view(offsets_.offset + block * sizeof(uint64_t), sizeof(uint64_t)));
  uint64_t offset;
  std::memcpy(&offset, bytes.data(), sizeof(offset));
  if (offset > blocks_.bytes) return file_->damaged("a block of terms lies behind the end");
  return offset;
}

Result<std::string_view> TermDictionary::first_key(size_t block) {
  VICINAL_TRY(const uint64_t begin, block_offset(block));
  // A key and the numbers before it; the file goes on behind the last block (its tables), so this much is there.
  const uint64_t most = std::min<uint64_t>(blocks_.bytes - begin, kMaxKeyBytes + 32);
  VICINAL_TRY(const auto bytes, file_->view(blocks_.offset + begin, most));
  VarintReader reader(bytes);
  reader.next();
  const uint64_t shared = reader.next(), rest = reader.next();
  const std::string_view key = text_of(reader.take(rest));
  if (!reader.ok() || shared != 0 || key.empty()) return file_->damaged("a block of terms");
  return key;
}

/// The last block whose first key is not behind `key`; 0 where all are.
Result<size_t> TermDictionary::block_of(std::string_view key) {
  size_t low = 0, high = count_;
  while (high - low > 1) {
    const size_t middle = low + (high - low) / 2;
    VICINAL_TRY(const std::string_view first, first_key(middle));
    (first <= key ? low : high) = middle;
  }
  return low;
}

Result<bool> TermDictionary::walk(size_t block, const std::function<bool(std::string_view, const Term&)>& take) {
  VICINAL_TRY(const uint64_t begin, block_offset(block));
  VICINAL_TRY(const uint64_t end, block_offset(block + 1));
  if (end < begin) return file_->damaged("blocks of terms overlap");
  VICINAL_TRY(const auto bytes, file_->view(blocks_.offset + begin, end - begin));
  VarintReader reader(bytes);
  std::string key;
  Term term;
  term.offset = reader.next();
  const size_t count = std::min<uint64_t>(kTermsPerBlock, terms_ - block * kTermsPerBlock);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t shared = reader.next(), rest = reader.next();
    if (shared > key.size() || rest > kMaxKeyBytes) return file_->damaged("a term");
    key.resize(shared);
    key += text_of(reader.take(rest));
    term.rows = reader.next32();
    term.bytes = reader.next();
    if (!reader.ok() || term.rows == 0) return file_->damaged("a term");
    if (!take(key, term)) return false;
    term.offset += term.bytes;
  }
  return true;
}

Result<std::optional<Term>> TermDictionary::find(std::string_view key) {
  std::optional<Term> found;
  if (count_ == 0) return found;
  VICINAL_TRY(const size_t block, block_of(key));
  VICINAL_TRY_VOID(walk(block, [&](std::string_view each, const Term& term) {
    if (each == key) found = term;
    return each < key;
  }));
  return found;
}

Result<> TermDictionary::each_from(std::string_view from,
                                   const std::function<bool(std::string_view, const Term&)>& take) {
  if (count_ == 0) return {};
  VICINAL_TRY(size_t block, block_of(from));
  for (; block < count_; ++block) {
    VICINAL_TRY(const bool more,
                walk(block, [&](std::string_view key, const Term& term) { return key < from || take(key, term); }));
    if (!more) break;
  }
  return {};
}

}  // namespace vicinal::postings
