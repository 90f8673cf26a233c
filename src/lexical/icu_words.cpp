#include "lexical/icu_words.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include "text/utf8.h"

namespace vicinal::lexical {
namespace {

constexpr size_t kSliceBytes = 8192;

struct TextCloser {
  void operator()(UText* text) const { utext_close(text); }
};

}  // namespace

struct IcuWords::Iterator {
  std::unique_ptr<icu::BreakIterator> breaks;
  std::unique_ptr<UText, TextCloser> text;
};

IcuWords::IcuWords() = default;
IcuWords::~IcuWords() = default;

void IcuWords::add_slice(std::string_view text, size_t begin, size_t end) {
  UErrorCode status = U_ZERO_ERROR;
  iterator_->text.reset(
      utext_openUTF8(iterator_->text.release(), text.data() + begin, static_cast<int64_t>(end - begin), &status));
  iterator_->breaks->setText(iterator_->text.get(), status);
  size_t before = 0;
  while (U_SUCCESS(status)) {
    const int32_t next = iterator_->breaks->next();
    if (next == icu::BreakIterator::DONE) break;
    words_.push_back({begin + before, begin + static_cast<size_t>(next)});
    before = static_cast<size_t>(next);
  }
  if (begin + before < end) words_.push_back({begin + before, end});
}

const std::vector<TextRange>& IcuWords::words(std::string_view text, size_t begin, size_t end) {
  words_.clear();
  if (iterator_ == nullptr) {
    UErrorCode status = U_ZERO_ERROR;
    iterator_ = std::make_unique<Iterator>();
    iterator_->breaks.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
  }
  if (iterator_->breaks == nullptr) {  // no data: the run is one word
    words_.push_back({begin, end});
    return words_;
  }
  while (begin < end) {
    const size_t slice = std::min(end, text::boundary_at_or_before(text, begin + kSliceBytes));
    add_slice(text, begin, slice);
    begin = slice;
  }
  return words_;
}

}  // namespace vicinal::lexical
