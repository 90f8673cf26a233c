#include "base/aligned_buffer.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

#include "base/check.h"

namespace vicinal::base {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;
constexpr size_t kHugeFrom = size_t{4} << 20;

size_t round_up(size_t bytes, size_t multiple) {
  VICINAL_CHECK_LE(bytes, SIZE_MAX - multiple);
  return (bytes + multiple - 1) / multiple * multiple;
}

}  // namespace

void* allocate_aligned(size_t bytes) {
  const size_t alignment = bytes >= kHugeFrom ? kHugePage : kVectorAlignment;
  const size_t rounded = bytes == 0 ? alignment : round_up(bytes, alignment);
  void* memory = std::aligned_alloc(alignment, rounded);
  VICINAL_CHECK(memory != nullptr);
  // Asked for before the first touch, so that the zeroing below faults whole huge pages in. Advice: may be refused.
  if (alignment == kHugePage) madvise(memory, rounded, MADV_HUGEPAGE);
  std::memset(memory, 0, rounded);
  return memory;
}

void free_aligned(void* memory) { std::free(memory); }

}  // namespace vicinal::base
