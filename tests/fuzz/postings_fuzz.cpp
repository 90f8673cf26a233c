// Any bytes as the payload of a file of postings. Checksums are made right where the tail's numbers allow it, so that
// what stands in the file is believed as far as the reader believes anything; then all of it is read, searched and
// merged.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "base/digest.h"
#include "postings/image.h"
#include "postings/merge.h"
#include "postings/searcher.h"

namespace {

namespace postings = vicinal::postings;
using vicinal::base::xxh3_64;

constexpr size_t kMostTerms = 200;  // a damaged dictionary may claim more than there is time for

void make_checksums_right(std::string& bytes) {
  postings::ImageTail tail;
  if (bytes.size() < sizeof tail) return;
  const size_t tail_at = bytes.size() - sizeof tail;
  std::memcpy(&tail, bytes.data() + tail_at, sizeof tail);
  const uint64_t pages = (tail.checksums_offset + postings::kPageBytes - 1) / postings::kPageBytes;
  if (tail.checksums_offset > tail_at || pages * sizeof(uint64_t) != tail_at - tail.checksums_offset) return;
  for (uint64_t page = 0; page < pages; ++page) {
    const size_t begin = page * postings::kPageBytes;
    const size_t size = std::min<size_t>(postings::kPageBytes, tail.checksums_offset - begin);
    const uint64_t checksum = xxh3_64(std::string_view(bytes).substr(begin, size));
    std::memcpy(bytes.data() + tail.checksums_offset + page * sizeof checksum, &checksum, sizeof checksum);
  }
  const std::string_view guarded = std::string_view(bytes).substr(tail.checksums_offset);
  const uint64_t checksum = xxh3_64(guarded.substr(0, guarded.size() - sizeof checksum));
  std::memcpy(bytes.data() + bytes.size() - sizeof checksum, &checksum, sizeof checksum);
}

std::vector<std::string> some_keys(postings::Image& image) {
  std::vector<std::string> keys;
  (void)image.dictionary().each_from("", [&](std::string_view key, const postings::Term&) {
    keys.emplace_back(key);
    return keys.size() < kMostTerms;
  });
  return keys;
}

void search(postings::Image& image, const std::vector<std::string>& keys) {
  postings::Searcher searcher({{&image, {}}}, {});
  vicinal::lexical::Query query;
  for (size_t i = 0; i < std::min<size_t>(keys.size(), 4); ++i) query.clauses.push_back({.terms = {{{keys[i]}, 0}}});
  if (keys.size() > 1)
    query.clauses.push_back({.match = vicinal::lexical::Match::phrase, .terms = {{{keys[0]}, 0}, {{keys[1]}, 1}}});
  query.clauses.push_back({.match = vicinal::lexical::Match::prefix, .terms = {{{"w1"}, 0}}});
  const auto prepared = searcher.prepare(query);
  if (!prepared) return;
  const auto found = searcher.search(*prepared, {.limit = 5});
  if (!found) return;
  for (const postings::ScoredRow& row : *found) {
    const postings::RowName name = {row.document, row.ordinal};
    (void)searcher.score(*prepared, std::span(&name, 1)).ok();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  make_checksums_right(bytes);
  std::vector<uint64_t> words((bytes.size() + 7) / 8 + 1);
  std::memcpy(words.data(), bytes.data(), bytes.size());
  const auto opened = postings::Image::open(std::as_bytes(std::span(words)).first(bytes.size()), "fuzz",
                                            postings::Image::Trust::verify);
  if (!opened) return 0;
  postings::Image& image = **opened;
  search(image, some_keys(image));
  (void)image.verify().ok();
  const postings::MergeSource source = {&image, {}};
  (void)postings::merge(
      std::span(&source, 1), [](std::span<const std::byte>) { return vicinal::Result<>(); },
      [](double) { return true; })
      .ok();
  return 0;
}
