/// Any bytes as a write-ahead log: the survey ends, and what it claims fits the file.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

#include "base/check.h"
#include "base/temporary_folder_for_tests.h"
#include "index/log_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const vicinal::base::TemporaryFolder folder;
  const std::string database = folder.file("collection.db");
  std::ofstream(database + "-wal", std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const auto survey = vicinal::index::survey_log(database);
  VICINAL_CHECK(survey.ok());
  VICINAL_CHECK_LE(survey->frames * (4096 + 24), size);
  VICINAL_CHECK_LE(survey->commits, survey->frames);
  VICINAL_CHECK_LE(survey->pages.size(), survey->frames);
  VICINAL_CHECK(std::ranges::is_sorted(survey->pages));
  if (survey->damaged_at) VICINAL_CHECK_LT(*survey->damaged_at, size);
  return 0;
}
