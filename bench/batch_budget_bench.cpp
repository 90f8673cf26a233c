/// Which token budget should a micro-batch have? Encodes the same texts cut by several budgets, in turn, on one thread.
///
/// Usage: batch_budget_bench [MODEL] [ROUNDS] | --smoke
/// Prints tokens per second of CPU time, best of the rounds, for each precision, length and budget; the last column is
/// the first budget once more: what they differ by is noise. --smoke: one round of few tokens, nothing to be read.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>

#include "embed/windows.h"
#include "model/encoder.h"
#include "vicinal/models.h"

namespace {

using namespace vicinal;

constexpr size_t kBudgets[] = {256, 512, 1024, 2048, 4096, 256};

struct Shape {
  const char* name;
  std::vector<size_t> lengths;
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::vector<Shape> make_shapes(size_t tokens) {
  std::vector<Shape> shapes = {
      {"16", std::vector<size_t>(tokens / 16, 16)}, {"128", std::vector<size_t>(tokens / 128, 128)}, {"mixed", {}}};
  std::mt19937 random(1);
  for (size_t left = tokens; left > 512;) {
    const size_t length = std::min<size_t>(10 + (random() % 30) * (random() % 17), 500);
    shapes[2].lengths.push_back(length);
    left -= length;
  }
  return shapes;
}

double tokens_per_second(const model::Encoder& encoder, const std::vector<size_t>& lengths, size_t budget) {
  static model::Workspace workspace;
  const size_t width = encoder.config().hidden;
  size_t tokens = 0;
  const double start = cpu_seconds();
  for (const auto& batch : embed::cut_batches(lengths, {.tokens = budget})) {
    std::vector<int32_t> ids;
    std::vector<uint32_t> offsets{0};
    for (const size_t text : batch) {
      for (size_t i = 0; i < lengths[text]; ++i)
        ids.push_back(static_cast<int32_t>(1000 + (text * 31 + i * 17) % 20000));
      offsets.push_back(static_cast<uint32_t>(ids.size()));
    }
    std::vector<float> out(batch.size() * width);
    encoder.encode({ids, offsets}, {}, workspace, {out.data(), batch.size(), width, width});
    tokens += ids.size();
  }
  return static_cast<double>(tokens) / (cpu_seconds() - start);
}

void measure(const model::Encoder& encoder, const char* precision, size_t tokens, int rounds) {
  for (const Shape& shape : make_shapes(tokens)) {
    double best[std::size(kBudgets)] = {};
    for (int round = 0; round < rounds; ++round)
      for (size_t i = 0; i < std::size(kBudgets); ++i)
        best[i] = std::max(best[i], tokens_per_second(encoder, shape.lengths, kBudgets[i]));
    std::printf("%-5s %-6s", precision, shape.name);
    for (const double rate : best) std::printf(" %8.0f", rate);
    std::printf("\n");
    std::fflush(stdout);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const bool smoke = count > 1 && std::string(arguments[1]) == "--smoke";
  const std::string name = count > 1 && !smoke ? arguments[1] : std::string(kDefaultModel);
  const auto path = find_model(name);
  if (!path) {
    std::fprintf(stderr, "%s\n", path.error().what().c_str());
    return smoke ? 0 : 3;
  }
  const auto folder = model::ModelFolder::open(*path).value();
  std::printf("%-5s %-6s", "", "tokens");
  for (const size_t budget : kBudgets) std::printf(" %8zu", budget);
  std::printf("\n");
  for (const auto& [type, precision] : {std::pair{kernels::WeightType::f32, "f32"},
                                        {kernels::WeightType::bf16, "bf16"},
                                        {kernels::WeightType::int8, "int8"}}) {
    const auto encoder = model::Encoder::load(folder, type, kernels::active()).value();
    measure(*encoder, precision, smoke ? 1024 : 8192, smoke ? 1 : count > 2 ? std::atoi(arguments[2]) : 5);
  }
}
