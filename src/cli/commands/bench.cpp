#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/input.h"
#include "cli/model_flags.h"
#include "cli/number_format.h"
#include "cli/session.h"
#include "vicinal/bench.h"

namespace vicinal::cli {
namespace {

struct BenchFlags {
  std::string what;
  std::string lengths = "16,128,512,mixed";
  std::string texts;
  size_t repeats = 5;
  bool json = false;
  ModelFlags model = default_model_flags();
};

std::vector<std::string> split_commas(std::string_view list) {
  std::vector<std::string> parts;
  while (true) {
    const size_t comma = list.find(',');
    parts.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    list.remove_prefix(comma + 1);
  }
}

void write_row(base::JsonWriter& out, const BenchRow& row) {
  out.begin_object()
      .key("length")
      .string(row.length)
      .key("texts")
      .number(uint64_t{row.texts})
      .key("tokens")
      .number(uint64_t{row.tokens});
  out.key("tokens_per_cpu_second_median").number(row.tokens_per_cpu_second_median);
  out.key("tokens_per_cpu_second_best").number(row.tokens_per_cpu_second_best).key("spread").number(row.spread);
  out.key("tokens_per_second_best").number(row.tokens_per_second_best);
  out.key("texts_per_second_best")
      .number(row.texts_per_second_best)
      .key("latency_ms_p50")
      .number(row.latency_ms_p50)
      .end_object();
}

std::string report_json(const BenchReport& report) {
  base::JsonWriter out;
  out.begin_object()
      .key("model")
      .string(report.model)
      .key("precision")
      .string(report.precision)
      .key("level")
      .string(report.level);
  out.key("cpu")
      .string(report.cpu)
      .key("version")
      .string(report.version)
      .key("threads")
      .number(uint64_t{report.threads});
  out.key("rows").begin_array();
  for (const BenchRow& row : report.rows) write_row(out, row);
  return out.end_array().key("schema").number(1).end_object().take() + '\n';
}

std::string report_text(const BenchReport& report) {
  std::string out = fmt::format(
      "{} {} on {} · {} · {} · vicinal {}\n\n{:>8} {:>16} {:>12} {:>8} {:>12} {:>10} {:>12}\n", report.model,
      report.precision, report.level, report.cpu, counted(report.threads, "thread", "threads"), report.version,
      "length", "tokens/CPU s", "best", "spread", "tokens/s", "texts/s", "latency p50");
  for (const BenchRow& row : report.rows)
    out += fmt::format("{:>8} {:>16.0f} {:>12.0f} {:>7.1f}% {:>12.0f} {:>10.1f} {:>9.2f} ms\n", row.length,
                       row.tokens_per_cpu_second_median, row.tokens_per_cpu_second_best, 100 * row.spread,
                       row.tokens_per_second_best, row.texts_per_second_best, row.latency_ms_p50);
  return out;
}

Result<std::vector<std::string>> read_texts(const std::string& path) {
  std::vector<std::string> texts;
  if (path.empty()) return texts;
  VICINAL_TRY(TextInput input, TextInput::open(path));
  while (true) {
    VICINAL_TRY(TextWindow window, input.next());
    if (window.texts.empty()) return texts;
    std::ranges::move(window.texts, std::back_inserter(texts));
  }
}

Result<int> run(const BenchFlags& flags, Session& session) {
  if (flags.what != "encode")
    return Error(Code::invalid_argument, "there is no measurement '" + flags.what + '\'')
        .with("fix", "vicinal bench encode");
  BenchOptions options;
  options.model = flags.model.model;
  VICINAL_TRY(options.embedder, embedder_options(flags.model));
  options.lengths = split_commas(flags.lengths);
  options.repeats = flags.repeats;
  VICINAL_TRY(options.texts, read_texts(flags.texts));
  VICINAL_TRY(const BenchReport report, bench_encode(options, session.watch()));
  session.console().clear_line();
  session.out().write(flags.json ? report_json(report) : report_text(report));
  return kExitDone;
}

}  // namespace

Command bench_command() {
  auto flags = std::make_shared<BenchFlags>();
  return {.name = "bench",
          .purpose = "Machine",
          .summary = "how fast the encoder is here",
          .usage = "encode [flags]",
          .examples = {"vicinal bench encode",
                       "vicinal bench encode --precision bf16 --threads 1 --lengths 16,128,512,mixed --json"},
          .arguments = {{.name = "WHAT", .help = "encode", .target = &flags->what, .required = true}},
          .flags = {model_flag(flags->model.model),
                    precision_flag(flags->model.precision),
                    threads_flag(flags->model.threads),
                    {.names = "--lengths",
                     .value = "LIST",
                     .help = "tokens of a text, or mixed (8 to 256), with commas",
                     .target = &flags->lengths},
                    {.names = "--texts",
                     .value = "FILE",
                     .help = "what mixed embeds: one text a line, or JSONL {\"id\",\"text\"}",
                     .target = &flags->texts},
                    {.names = "--repeats",
                     .value = "N",
                     .help = "measurements of each length, a second each",
                     .target = &flags->repeats},
                    {.names = "--json", .value = "", .help = "one object", .target = &flags->json}},
          .computes = true,
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
