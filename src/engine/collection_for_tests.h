#pragma once
/// The fixture of the tests of collections: a folder of notes, the tiny model, and short ways to index and look.

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "engine/tiny_model_for_tests.h"
#include "vicinal/collection.h"

namespace vicinal {

/// Documents of vocabulary words, so that different texts get different vectors.
class CollectionTest : public ::testing::Test {
 protected:
  CollectionTest() : model_(engine::write_tiny_model(folders_.folder, "tiny")) {
    write("notes/river.md", "# river\n\nthe river flows through the city and in the alps is a bridge .\n");
    write("notes/refund.txt", "a refund is paid in money to the card of the customer .\n");
    write("notes/deep/cat.txt", "the cat sleeps in the green house , the dog runs .\n");
  }

  void write(const std::string& name, const std::string& text) { folders_.folder.write(name, text); }
  std::string file(const std::string& name) const { return folders_.folder.file(name); }
  Collection open(CollectionOptions options = {}) {
    options.create = true;
    if (options.model.empty()) options.model = model_;
    return Collection::open(file("c"), options).value();
  }
  Collection reopen() { return Collection::open(file("c")).value(); }
  std::vector<std::string> ids() { return reopen().list().value(); }
  IndexReport index(const std::vector<std::string>& names) {
    std::vector<std::string> paths;
    for (const std::string& name : names) paths.push_back(file(name));
    return open().index_paths(paths).value();
  }
  /// As if time had passed: a file's stamp is believed only when the file is not brand-new.
  void age(const std::string& name) {
    std::filesystem::last_write_time(file(name), std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  }
  void age_all() {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(file("notes")))
      if (entry.is_regular_file())
        std::filesystem::last_write_time(entry.path(),
                                         std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  }

  /// Name, time and bytes of what a commit changes; an empty log is none.
  std::map<std::string, std::pair<std::filesystem::file_time_type, std::string>> files() {
    std::map<std::string, std::pair<std::filesystem::file_time_type, std::string>> found;
    for (const auto& entry : std::filesystem::directory_iterator(file("c")))
      if (entry.file_size() > 0 && entry.path().extension() != ".db-shm" && entry.path().extension() != ".lock")
        found[entry.path().filename()] = {entry.last_write_time(), base::read_file(entry.path().string()).value()};
    return found;
  }

  engine::PrivateFolders folders_;
  std::string model_;
};

}  // namespace vicinal
