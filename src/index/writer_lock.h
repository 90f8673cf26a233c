#pragma once
/// One writer a collection: an advisory lock on writer.lock that goes with the process, however that ends.

#include <string>

#include "base/file.h"
#include "vicinal/progress.h"

namespace vicinal::index {

struct LockWait {
  Watch watch;          ///< told once that it waits, and for whom; a stop request ends the wait as interrupted
  double seconds = -1;  ///< < 0: as long as it takes; else busy after that, with the holder's pid
};

/// The pid of the process that holds the lock, "unknown" where it left none; empty when nobody does.
Result<std::string> lock_holder(const std::string& path);

/// Held until it goes. Two locks of one process exclude each other too. Move-only.
class WriterLock {
 public:
  static Result<WriterLock> take(const std::string& path, const LockWait& wait);

 private:
  explicit WriterLock(base::File file) : file_(std::move(file)) {}
  base::File file_;
};

}  // namespace vicinal::index
