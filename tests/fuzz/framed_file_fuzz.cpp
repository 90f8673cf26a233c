/// Headers and whole files from anywhere: checked in memory, and mapped as a file would be.

#include <unistd.h>

#include <string>

#include "base/framed_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace base = vicinal::base;
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data), size);
  (void)base::decode_header(bytes, "segment", {1, 3}, "fuzz").ok();
  static const std::string path = "/tmp/vicinal-fuzz-" + std::to_string(::getpid());
  if (!base::write_file_atomic(path, {reinterpret_cast<const char*>(data), size})) return 0;
  const auto file = base::MappedFile::open(path);
  ::unlink(path.c_str());
  if (!file) return 0;
  for (const auto verify : {base::Verify::header_only, base::Verify::everything}) {
    const auto payload = base::framed_payload(*file, "segment", {1, 3}, verify);
    if (payload) VICINAL_CHECK_EQ(payload->size(), size - base::kFrameHeaderBytes - base::kFrameFooterBytes);
  }
  return 0;
}
