/// Filtered search beside unfiltered search in the same collection: ready vectors with metadata, one thread, CPU time.
///
/// Usage: filtered_search_bench [ROWS] [ROUNDS] | --smoke
/// Vectors are 384-d and clustered. `u` is a random number of each row, so that "u < x" leaves a share of them that has
/// nothing to do with the query; `near` orders rows by their nearness to it, so that "near < x" leaves the nearest or,
/// as "near >= x", the farthest. Each query has a threshold of its own: nothing but the attribute indexes is reused.
/// Prints milliseconds of a query (median) and its ratio to the unfiltered one of the same round; the first row is the
/// unfiltered query once more: what it differs by is noise.

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <numeric>
#include <random>
#include <string>

#include "vicinal/collection.h"

namespace {

using namespace vicinal;

constexpr size_t kDimensions = 384, kBatch = 1000;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Data {
  std::vector<float> vectors;  ///< unit rows
  std::vector<float> query;
  std::vector<size_t> nearness;  ///< of each row: its rank
};

void normalise(std::span<float> row) {
  const float norm = std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0F));
  for (float& value : row) value /= norm;
}

Data make_data(size_t rows) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> centres(std::max<size_t>(rows / 100, 1) * kDimensions);
  for (float& value : centres) value = normal(random);
  Data data{std::vector<float>(rows * kDimensions), std::vector<float>(kDimensions), std::vector<size_t>(rows)};
  for (size_t i = 0; i < rows; ++i) {
    const float* centre = centres.data() + random() % (centres.size() / kDimensions) * kDimensions;
    const std::span<float> row(data.vectors.data() + i * kDimensions, kDimensions);
    for (size_t j = 0; j < kDimensions; ++j) row[j] = centre[j] + 0.7F * normal(random);
    normalise(row);
  }
  std::copy_n(data.vectors.begin(), kDimensions, data.query.begin());
  std::vector<std::pair<float, size_t>> order(rows);
  for (size_t i = 0; i < rows; ++i)
    order[i] = {-std::inner_product(data.query.begin(), data.query.end(),
                                    data.vectors.begin() + static_cast<ptrdiff_t>(i * kDimensions), 0.0F),
                i};
  std::ranges::sort(order);
  for (size_t i = 0; i < rows; ++i) data.nearness[order[i].second] = i;
  return data;
}

void ingest(Collection& docs, const Data& data) {
  const size_t rows = data.nearness.size();
  const std::string text(500, 'x');
  std::mt19937 random(2);
  size_t next = 0;
  const auto source = [&]() -> Result<std::vector<VectorRow>> {
    std::vector<VectorRow> batch(std::min(kBatch, rows - next));
    for (VectorRow& row : batch) {
      const float* vector = data.vectors.data() + next * kDimensions;
      row = {.id = "d" + std::to_string(next),
             .text = text,
             .title = {},
             .metadata =
                 "{\"u\":" + std::to_string(random() % rows) + ",\"near\":" + std::to_string(data.nearness[next]) + "}",
             .vector = {vector, vector + kDimensions}};
      ++next;
    }
    return batch;
  };
  docs.add_vectors(source).value();
}

double milliseconds(Collection& docs, const Data& data, const std::string& where) {
  const double start = cpu_seconds();
  const SearchResult result = docs.search_vector(data.query, {.limit = 10, .metric = {}, .where = where}).value();
  const double taken = (cpu_seconds() - start) * 1e3;
  if (result.hits.size() != std::min<size_t>(10, result.chunks_searched)) std::abort();
  return taken;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void compare(Collection& docs, const Data& data, size_t rounds, const char* name, const char* field_and_sign,
             double share) {
  std::vector<double> filtered, ratios;
  for (size_t round = 0; round < rounds; ++round) {
    const double rows = static_cast<double>(data.nearness.size());
    const auto threshold = static_cast<size_t>(rows * share) + round;  // another filter each time
    const double plain = milliseconds(docs, data, "");
    filtered.push_back(milliseconds(docs, data, share < 0 ? "" : field_and_sign + std::to_string(threshold)));
    ratios.push_back(filtered.back() / plain);
  }
  std::printf("%-14s %8.4f  %8.3f ms  %.3f of unfiltered\n", name, share, median(filtered), median(ratios));
}

}  // namespace

int main(int argc, char** argv) {
  const bool smoke = argc > 1 && std::string(argv[1]) == "--smoke";
  const size_t rows = smoke ? 2000 : argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200000;
  const size_t rounds = smoke ? 1 : argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 21;
  const auto folder = std::filesystem::temp_directory_path() / ("vicinal-filtered-" + std::to_string(::getpid()));
  const Data data = make_data(rows);
  {
    Collection docs =
        Collection::open(folder.string(), {.create = true, .space = "bench", .dimensions = kDimensions}).value();
    ingest(docs, data);
    const double start = cpu_seconds();
    milliseconds(docs, data, "u >= 0 and near >= 0");
    std::printf("attribute indexes of two fields: %.0f ms\n", (cpu_seconds() - start) * 1e3);
    compare(docs, data, rounds, "unfiltered", "", -1);
    for (const double share : {0.0001, 0.001, 0.01, 0.1, 0.5, 0.9}) {
      compare(docs, data, rounds, "any", "u < ", share);
      compare(docs, data, rounds, "nearest", "near < ", share);
      compare(docs, data, rounds, "farthest", "near >= ", 1 - share);
    }
  }
  std::filesystem::remove_all(folder);
  return 0;
}
