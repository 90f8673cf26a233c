/// How fast is an exact search of a sealed segment, with codes and without? One thread, CPU time.
///
/// Usage: exact_scan_bench [ROWS DIMENSIONS ROUNDS] | --smoke
///        exact_scan_bench --serve ROWS DIMENSIONS VECTORS.f32 QUERIES.f32   (for bench/exact_scan.py: commands on
///        stdin)
/// Prints, each best of the rounds: microseconds a query from codes, again (the control), from floats, from codes eight
/// queries at a time; rows scored from floats; the speed at which codes were read and that of a plain sum over as many
/// bytes. The vectors are clustered unit vectors. --smoke: little of everything, nothing to be read.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include "base/file.h"
#include "index/scan.h"
#include "index/segment_file.h"

namespace {

using namespace vicinal;

constexpr size_t kLimit = 10;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Vectors {
  size_t dimensions = 0;
  std::vector<float> values;
  size_t rows() const { return values.size() / dimensions; }
  std::span<const float> row(size_t i) const { return {values.data() + i * dimensions, dimensions}; }
};

/// Unit vectors around centres, queries beside rows: cosines of neighbours about 0.7, of others about 0.1.
Vectors clustered(size_t rows, size_t dimensions, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::mt19937 random_centres(7);
  const size_t centres = std::max<size_t>(1, rows / 50);
  Vectors centre = {dimensions, std::vector<float>((centres + 1) * dimensions)};
  for (float& x : centre.values) x = normal(random_centres);
  Vectors made = {dimensions, {}};
  for (size_t row = 0; row < rows; ++row) {
    const auto own = centre.row(1 + random() % centres), common = centre.row(0);
    double square = 0;
    for (size_t i = 0; i < dimensions; ++i) {
      made.values.push_back(own[i] + 0.4F * common[i] + 0.6F * normal(random));
      square += double{made.values.back()} * double{made.values.back()};
    }
    for (size_t i = 0; i < dimensions; ++i) made.values[row * dimensions + i] /= static_cast<float>(std::sqrt(square));
  }
  return made;
}

Vectors read_vectors(const char* path, size_t dimensions) {
  const std::string bytes = base::read_file(path).value();
  Vectors read = {dimensions, std::vector<float>(bytes.size() / sizeof(float))};
  std::memcpy(read.values.data(), bytes.data(), read.values.size() * sizeof(float));
  return read;
}

/// A segment on disk, opened twice: with its codes and without.
class Segment {
 public:
  explicit Segment(const Vectors& vectors) {
    folder_ = (std::filesystem::temp_directory_path() / "vicinal-scan-XXXXXX").string();
    if (::mkdtemp(folder_.data()) == nullptr) std::abort();
    index::Manifest manifest;
    manifest.identity.dimensions = vectors.dimensions;
    const auto kind = index::VectorFileKind::segment;
    auto writer =
        index::SegmentWriter::create({index::vector_file_path(folder_, kind, 1),
                                      index::vector_file_identity(0, kind, 1), vectors.dimensions, vectors.rows(), 0})
            .value();
    for (size_t row = 0; row < vectors.rows(); ++row) writer.append({row, 0, 0}, vectors.row(row)).value();
    manifest.files.push_back({kind, 1, vectors.rows(), writer.finish().value()});
    floats.load(folder_, manifest).value();
    codes.load(folder_, manifest).value();
    codes.renew_codes(folder_, manifest);
  }
  ~Segment() { std::filesystem::remove_all(folder_); }
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  index::VectorSet codes, floats;

 private:
  std::string folder_;
};

struct Run {
  double seconds = 0;  ///< CPU time a query
  double rescored = 0;
  std::vector<std::vector<index::Candidate>> found;
};

Run search_all(index::VectorSet& set, const Vectors& queries, size_t at_once) {
  Run run;
  const double start = cpu_seconds();
  for (size_t first = 0; first < queries.rows(); first += at_once) {
    std::vector<index::ScanQuery> window;
    for (size_t i = first; i < std::min(queries.rows(), first + at_once); ++i)
      window.push_back({queries.row(i), kLimit, Metric::cosine});
    index::ScanWork work;
    for (auto& found : index::scan(set, window, &work).value()) run.found.push_back(std::move(found));
    run.rescored += static_cast<double>(work.rescored_rows);
  }
  const auto count = static_cast<double>(queries.rows());
  run.seconds = (cpu_seconds() - start) / count;
  run.rescored /= count;
  return run;
}

/// Bytes a second of a plain sum, no faster than memory: what a scan could reach at best.
double read_speed(size_t bytes) {
  static std::vector<uint64_t> memory;
  memory.resize(bytes / sizeof(uint64_t), 1);
  uint64_t sum = 0;
  const double start = cpu_seconds();
  for (int round = 0; round < 5; ++round)
    for (size_t i = 0; i + 8 <= memory.size(); i += 8)
      sum += memory[i] + memory[i + 1] + memory[i + 2] + memory[i + 3] + memory[i + 4] + memory[i + 5] + memory[i + 6] +
             memory[i + 7];
  const double seconds = cpu_seconds() - start;
  if (sum == 0) std::puts("");
  return 5 * static_cast<double>(bytes) / seconds;
}

void print_answers(const Run& run) {
  for (const auto& found : run.found) {
    std::vector<index::Candidate> best = found;
    std::ranges::sort(best, std::greater<>(), &index::Candidate::score);
    best.resize(std::min(best.size(), kLimit));
    for (const index::Candidate& c : best) std::printf("%llu ", static_cast<unsigned long long>(c.document));
  }
  std::printf("\n");
}

int serve(char** arguments) {
  const size_t dimensions = std::strtoull(arguments[1], nullptr, 10);
  const Vectors queries = read_vectors(arguments[3], dimensions);
  Segment segment(read_vectors(arguments[2], dimensions));
  for (std::string command; std::getline(std::cin, command);) {
    const Run run =
        search_all(command == "floats" ? segment.floats : segment.codes, queries, command == "eight" ? 8 : 1);
    if (command == "answers") {
      print_answers(run);
    } else {
      std::printf("%.9f %.1f\n", run.seconds, run.rescored);
    }
    std::fflush(stdout);
  }
  return 0;
}

void measure(size_t rows, size_t dimensions, int rounds) {
  const Vectors queries = clustered(rows < 1000 ? 10 : 200, dimensions, 2);
  Segment segment(clustered(rows, dimensions, 1));
  double codes = 1e9, again = 1e9, floats = 1e9, eight = 1e9, plain = 0, rescored = 0;
  const double bytes = static_cast<double>(rows) * (static_cast<double>(index::code_width(dimensions)) + 12);
  for (int round = 0; round <= rounds; ++round) {
    const Run one = search_all(segment.codes, queries, 1);
    if (round == 0) continue;  // everything was read once
    codes = std::min(codes, one.seconds);
    rescored = one.rescored;
    floats = std::min(floats, search_all(segment.floats, queries, 1).seconds);
    eight = std::min(eight, search_all(segment.codes, queries, 8).seconds);
    again = std::min(again, search_all(segment.codes, queries, 1).seconds);
    plain = std::max(plain, read_speed(static_cast<size_t>(bytes)));
  }
  std::printf("%zu x %zu: codes %.0f us, again %.0f us, floats %.0f us, eight at once %.0f us; %.1f rows from floats; ",
              rows, dimensions, codes * 1e6, again * 1e6, floats * 1e6, eight * 1e6, rescored);
  std::printf("codes read at %.1f GB/s, a sum at %.1f GB/s\n", bytes / codes * 1e-9, plain * 1e-9);
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 6 && std::strcmp(arguments[1], "--serve") == 0) return serve(arguments + 2);
  if (count == 2 && std::strcmp(arguments[1], "--smoke") == 0) {
    measure(500, 64, 1);
    return 0;
  }
  const auto number = [&](int i, size_t otherwise) {
    return count > i ? std::strtoull(arguments[i], nullptr, 10) : otherwise;
  };
  measure(number(1, 100000), number(2, 384), static_cast<int>(number(3, 5)));
  return 0;
}
