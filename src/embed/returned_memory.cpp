#include "embed/returned_memory.h"

#include <cstdlib>  // defines __GLIBC__

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace vicinal::embed {

void return_memory() {
#if defined(__GLIBC__)
  // glibc raises its limit for separate maps to 32 MB as such are freed, and then keeps what lies below in its heaps.
  ::malloc_trim(0);
#endif
}

}  // namespace vicinal::embed
