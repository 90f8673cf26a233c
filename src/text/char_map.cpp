#include "text/char_map.h"

#include <memory>
#include <utility>

namespace vicinal::text {
namespace {
constexpr uint32_t kValueBits = 21;
constexpr uint32_t kRoleBits = 2;
}  // namespace

CharMap::CharMap(const Normalizer* normalizer, PreTokenizer pre_tokenizer)
    : normalizes_(normalizer != nullptr),
      normalizer_(normalizer != nullptr ? *normalizer : Normalizer()),
      pre_tokenizer_(std::move(pre_tokenizer)) {
  for (unsigned byte = 0; byte < 128; ++byte) {
    const CharAction found = action(byte);
    const bool letter = found.kind == CharAction::Kind::single && found.role == WordRole::word && found.value < 128;
    letters_[byte] = letter ? static_cast<char>(found.value) : '\0';
  }
  white_space_separates_ = action(U' ').role == WordRole::separator && action(U'\n').role == WordRole::separator;
}

CharMap::~CharMap() {
  for (const auto& page : pages_) delete page.load(std::memory_order_relaxed);
}

/// Threads that need a page at once may each compute it; the first to store it wins.
const CharMap::Page& CharMap::add_page(size_t index) const {
  auto page = std::make_unique<Page>();
  const auto first = static_cast<char32_t>(index * kPageSize);
  for (char32_t i = 0; i < kPageSize; ++i) (*page)[i] = pack(compute(first + i));
  const Page* expected = nullptr;
  if (!pages_[index].compare_exchange_strong(expected, page.get(), std::memory_order_acq_rel)) return *expected;
  return *page.release();
}

CharAction CharMap::compute(char32_t c) const {
  if (!normalizes_) return with_role(c);
  std::u32string mapped;
  normalizer_.map(c, mapped);
  if (mapped.empty()) return {};
  if (mapped.size() == 1) return with_role(mapped[0]);
  // An ideograph between spaces that separate words is a word alone.
  const bool spaced = mapped.size() == 3 && mapped[0] == U' ' && mapped[2] == U' ';
  if (spaced && pre_tokenizer_.role(U' ') == WordRole::separator) {
    return {CharAction::Kind::single, WordRole::isolated, mapped[1]};
  }
  return {CharAction::Kind::several, WordRole::separator, c};
}

void CharMap::expand(char32_t c, std::vector<CharAction>& out) const {
  std::u32string mapped;
  normalizer_.map(c, mapped);
  for (const char32_t part : mapped) out.push_back(with_role(part));
}

uint32_t CharMap::pack(CharAction action) {
  return std::to_underlying(action.kind) << (kValueBits + kRoleBits) |
         static_cast<uint32_t>(std::to_underlying(action.role)) << kValueBits | action.value;
}

CharAction CharMap::unpack(uint32_t packed) {
  return {static_cast<CharAction::Kind>(packed >> (kValueBits + kRoleBits)),
          static_cast<WordRole>(packed >> kValueBits & ((1u << kRoleBits) - 1)), packed & ((1u << kValueBits) - 1)};
}

}  // namespace vicinal::text
