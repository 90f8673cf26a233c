// Writes a golden collection of today's format: `make_golden_collection tests/golden` makes collection-vN there, with
// `fields` behind it collection-vN_fields, whose documents have two.
// Run once for a format that is about to be released; what is committed is never made again.

#include <cstdio>
#include <filesystem>
#include <string>

#include "golden/collection_answers.h"
#include "index/schema.h"
#include "index/store_for_tests.h"

namespace vicinal::golden {
namespace {

constexpr size_t kDimensions = 64;  // the least that a segment has codes for

enum class Kind { body, fields };

Result<> fill(index::Store& store, Kind kind) {
  using index::TestDocument;
  const size_t notes = kind == Kind::fields ? 3 : 0;
  const std::vector<std::string> names = {"notes", "unused"};
  if (kind == Kind::fields) VICINAL_TRY_VOID(store.add_fields(names));
  std::vector<TestDocument> documents;
  for (uint64_t i = 0; i < 12; ++i) documents.push_back({"sealed-" + std::to_string(i), i, 8, i % 2 == 0 ? notes : 0});
  VICINAL_TRY_VOID(index::upsert(store, documents, kDimensions));
  VICINAL_TRY_VOID(store.compact({}));
  // Dead rows in the segment and in the tail, a document without a passage, one whose name is not ASCII.
  VICINAL_TRY_VOID(index::upsert(store, {{"sealed-3", 20, 5, notes}, {"fresh", 1, 6}, {"empty", 1, 0}}, kDimensions));
  VICINAL_TRY_VOID(index::upsert(
      store, {{"fresh", 2, 7, notes}, {"Zürich/見本", 3, kind == Kind::fields ? 0U : 2U, notes}}, kDimensions));
  const std::vector<std::string> removed = {"sealed-7"};
  VICINAL_TRY([[maybe_unused]] const size_t count, store.remove(removed));
  return {};
}

Result<> make(const std::string& parent, Kind kind) {
  const std::string folder =
      parent + "/collection-v" + std::to_string(index::kFormatVersion) + (kind == Kind::fields ? "_fields" : "");
  const std::string collection = folder + "/collection";
  if (std::filesystem::exists(folder)) return Error(Code::invalid_argument, "it is there already").with("path", folder);
  std::filesystem::create_directories(folder);
  {
    VICINAL_TRY(const auto store, index::open_to_write(collection, kDimensions));
    VICINAL_TRY_VOID(fill(*store, kind));
    std::vector<std::vector<float>> queries;
    for (const char* name : {"first query", "second query"})
      queries.push_back(index::test_vector({name, 1, 1}, 0, kDimensions));
    VICINAL_TRY(const std::string answers, answers_of(*store, queries));
    VICINAL_TRY_VOID(base::write_file_atomic(folder + "/answers.json", answers + "\n"));
  }
  std::filesystem::remove(collection + "/writer.lock");
  return {};
}

}  // namespace
}  // namespace vicinal::golden

int main(int count, char** arguments) {
  using vicinal::golden::Kind;
  const bool fields = count == 3 && std::string_view(arguments[2]) == "fields";
  if (count != 2 && !fields) return std::fprintf(stderr, "usage: make_golden_collection FOLDER [fields]\n"), 2;
  const auto made = vicinal::golden::make(arguments[1], fields ? Kind::fields : Kind::body);
  if (made) return 0;
  return std::fprintf(stderr, "%s\n", made.error().what().c_str()), 1;
}
