/// Any bytes as a .npy file and as a JSONL row of a vector: read to the end or refused.

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "engine/vector_files.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::string path =
      (std::filesystem::temp_directory_path() / ("vicinal-fuzz-" + std::to_string(::getpid()) + ".npy")).string();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const vicinal::FieldSource kSources[] = {{"title", "title"}, {"code", "source"}};
  static const auto kFields = vicinal::engine::RowFields::of(kSources).value();
  (void)vicinal::engine::parse_vector_row(text);
  (void)vicinal::engine::parse_vector_row(text, kFields);
  (void)vicinal::parse_field_weights(text);
  std::ofstream(path, std::ios::binary) << text;
  (void)vicinal::read_npy(path);
  return 0;
}
