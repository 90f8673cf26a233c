// A sound collection with some bytes of its database changed: every call answers or is an error. Input: five bytes a
// change, four of place and one of value. The pages' checksums are made right again, so that the damage reaches what
// reads them.
#include <algorithm>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "index/page_checksum.h"
#include "index/store_for_tests.h"
#include "index/verify.h"

namespace {

namespace index = vicinal::index;

/// Made once: a collection of a few documents, and the bytes of its database.
struct Sound {
  index::StoreFolder folder;
  std::string database;
  Sound() {
    {
      const auto store = index::open_to_write(folder.store(), 2).value();
      (void)index::upsert(*store, {{"one", 1, 3}, {"two", 2, 1}, {"three", 3, 0}}, 2).ok();
    }
    database = vicinal::base::read_file(path(), size_t{64} << 20).value();
  }
  std::string path() const { return folder.store() + "/collection.db"; }
};

void seal(std::string& database) {
  for (size_t page = 0; (page + 1) * index::kPageBytes <= database.size(); ++page) {
    auto* first = reinterpret_cast<std::byte*>(database.data() + page * index::kPageBytes);
    index::seal_page(std::span<std::byte, index::kPageBytes>(first, index::kPageBytes), page);
  }
}

void ask_everything(const std::string& folder) {
  (void)index::verify(folder, {}).ok();
  const auto store = index::open_to_read(folder);
  if (!store) return;
  (void)(*store)->list("", 10).ok();
  for (const char* id : {"one", "two", "three", "four"}) {
    (void)(*store)->get(id).ok();
    (void)(*store)->source(id).ok();
  }
  const std::vector<float> query = {0.5F, -0.25F};
  (void)(*store)->search({query, 3, vicinal::Metric::cosine, false}).ok();
  (void)(*store)->stats().ok();
  (void)(*store)->each_chunk([](const auto&) { return true; }).ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Sound sound;
  std::string database = sound.database;
  for (size_t at = 0; at + 5 <= size; at += 5) {
    uint32_t place = 0;
    std::memcpy(&place, data + at, sizeof place);
    database[place % database.size()] = static_cast<char>(data[at + 4]);
  }
  seal(database);
  std::error_code ignored;
  std::filesystem::remove(sound.path() + "-wal", ignored);
  std::filesystem::remove(sound.path() + "-shm", ignored);
  if (!vicinal::base::write_file_atomic(sound.path(), database)) return 0;
  ask_everything(sound.folder.store());
  return 0;
}
