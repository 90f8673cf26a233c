// A program of somebody else's: vectors and texts into a collection, out again by a filtered search.
// Usage: outside FOLDER [MODEL]. With MODEL a folder of texts is indexed and searched as well.
#include <vicinal/vicinal.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace {

int failed(const char* what, const vicinal::Error& error) {
  std::fprintf(stderr, "%s: %s\n", what, error.what().c_str());
  return 1;
}

int search_vectors(const std::string& folder) {
  auto docs = vicinal::Collection::open(folder, {.create = true, .space = "of-the-test", .dimensions = 3});
  if (!docs) return failed("open", docs.error());
  std::vector<vicinal::VectorRow> rows = {{"north", "up", "", R"({"axis":"y"})", {0, 1, 0}},
                                          {"east", "right", "", R"({"axis":"x"})", {1, 0, 0}}};
  auto report = docs->add_vectors([&] { return std::exchange(rows, {}); });
  if (!report) return failed("add", report.error());
  const std::vector<float> query = {0.9F, 0.4F, 0};
  auto found = docs->search_vector(query, {.limit = 1, .where = "axis = y"});
  if (!found) return failed("search", found.error());
  for (const vicinal::Hit& hit : found->hits) std::printf("%s: %s\n", hit.document.c_str(), hit.text.c_str());
  return 0;
}

int search_texts(const std::string& folder, const std::string& model) {
  const std::string text = folder + ".txt";
  std::ofstream(text) << "Basel lies on the Rhine.\n";
  auto docs = vicinal::Collection::open(folder, {.create = true, .model = model});
  if (!docs) return failed("open", docs.error());
  if (auto report = docs->index_paths({text}); !report) return failed("index", report.error());
  auto found = docs->search("which river flows through Basel?", {.limit = 1});
  if (!found) return failed("search", found.error());
  for (const vicinal::Hit& hit : found->hits) std::printf("%s", hit.text.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::string folder = argv[1];
  const int code = search_vectors(folder + "/vectors");
  return code != 0 || argc < 3 ? code : search_texts(folder + "/texts", argv[2]);
}
