/// Packed input never gives more than the limit.

#include "base/check.h"
#include "read/gzip.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kLimit = 100'000;
  const auto text = vicinal::read::unpack_gzip({reinterpret_cast<const char*>(data), size}, kLimit);
  if (text) VICINAL_CHECK_LE(text->size(), kLimit);
  return 0;
}
