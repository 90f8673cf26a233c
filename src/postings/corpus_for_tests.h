#pragma once
/// A made-up collection: rows of words whose frequencies fall as those of a language do.

#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "postings/image.h"
#include "postings/inverter.h"

namespace vicinal::postings {

struct TestRow {
  uint64_t document = 0;
  uint32_t ordinal = 0;
  std::vector<std::string> words;
};

inline std::string test_word(size_t number) { return "w" + std::to_string(number); }

/// Documents `first_document` and on, of one to three rows each.
inline std::vector<TestRow> test_rows(size_t rows, size_t vocabulary, uint64_t seed, uint64_t first_document = 1) {
  std::mt19937_64 random(seed);
  std::vector<TestRow> all;
  for (uint64_t document = first_document; all.size() < rows; ++document) {
    const size_t count = 1 + random() % 3;
    for (uint32_t ordinal = 0; ordinal < count && all.size() < rows; ++ordinal) {
      TestRow row{document, ordinal, {}};
      const size_t length = 1 + random() % 60;
      for (size_t i = 0; i < length; ++i) {
        const double share = static_cast<double>(random() % 1000000 + 1) / 1e6;
        row.words.push_back(test_word(static_cast<size_t>(std::pow(static_cast<double>(vocabulary), share)) - 1));
      }
      all.push_back(std::move(row));
    }
  }
  return all;
}

/// The bytes of an image begin at a multiple of 8, and its checksums are looked at.
class TestImage {
 public:
  explicit TestImage(const std::vector<TestRow>& rows) : TestImage(payload_of(rows)) {}
  explicit TestImage(std::string payload) : words_((payload.size() + 7) / 8) {
    if (!payload.empty()) std::memcpy(words_.data(), payload.data(), payload.size());
    bytes_ = std::as_bytes(std::span(words_)).first(payload.size());
    auto opened = Image::open(bytes_, "test.lex", Image::Trust::verify);
    if (opened) image_ = *std::move(opened);
  }

  static std::string payload_of(const std::vector<TestRow>& rows) {
    Inverter inverter;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (i == 0 || rows[i].document != rows[i - 1].document) inverter.begin_document(rows[i].document, "en", 0);
      inverter.begin_row();
      for (uint32_t position = 0; position < rows[i].words.size(); ++position)
        inverter.add(rows[i].words[position], position);
      inverter.end_row(static_cast<uint32_t>(rows[i].words.size()));
    }
    std::string payload;
    const ByteSink sink = [&](std::span<const std::byte> bytes) -> Result<> {
      payload.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return {};
    };
    (void)inverter.write(sink, 7, kHasPositions).ok();
    return payload;
  }

  Image& operator*() const { return *image_; }
  Image* get() const { return image_.get(); }

 private:
  std::vector<uint64_t> words_;
  std::span<const std::byte> bytes_;
  std::unique_ptr<Image> image_;
};

}  // namespace vicinal::postings
