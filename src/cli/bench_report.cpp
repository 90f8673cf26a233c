#include "cli/bench_report.h"

#include <fmt/format.h>

#include "base/json.h"

namespace vicinal::cli {
namespace {

void write_row(base::JsonWriter& out, const BenchRow& row) {
  out.begin_object().key("length").string(row.length).key("precision").string(row.precision);
  out.key("threads").number(uint64_t{row.threads}).key("control").boolean(row.control);
  out.key("texts").number(uint64_t{row.texts}).key("tokens").number(uint64_t{row.tokens});
  out.key("tokens_per_cpu_second_median").number(row.tokens_per_cpu_second_median);
  out.key("tokens_per_cpu_second_best").number(row.tokens_per_cpu_second_best).key("spread").number(row.spread);
  out.key("encode_tokens_per_cpu_second_median").number(row.encode_tokens_per_cpu_second_median);
  out.key("texts_per_cpu_second_median").number(row.texts_per_cpu_second_median);
  out.key("tokens_per_second_best").number(row.tokens_per_second_best);
  out.key("texts_per_second_best").number(row.texts_per_second_best);
  out.key("speedup").number(row.speedup).key("idle_share").number(row.idle_share);
  out.key("latency_ms_p50").number(row.latency_ms_p50).key("latency_ms_p95").number(row.latency_ms_p95);
  out.key("latency_ms_p99").number(row.latency_ms_p99).key("latency_runs").number(uint64_t{row.latency_runs});
  out.key("peak_share").number(row.peak_share).key("padding_ratio").number(row.padding_ratio);
  out.key("min_cosine").number(row.min_cosine).key("peak_rss_bytes").number(uint64_t{row.peak_rss_bytes}).end_object();
}

constexpr const char* kLegend =
    "tok/CPU·s: tokens a second of CPU time, tokenizing included, median of the repeats, with their spread; encode: "
    "without\n"
    "tokenizing. tok/s, texts/s: wall, best. x: speed over the first number of threads; idle: threads waiting for "
    "each\n"
    "other. p50, p95, p99: one text alone, ms. peak: part of the machine's arithmetic peak. pad: tokens that padded "
    "batches\n"
    "of 32 would compute over real ones. 1-cos: the farthest text from its f32 vector. RSS: most resident memory, "
    "MB.\n";

std::string row_text(const BenchRow& row) {
  return fmt::format(
      "{:>6} {:>5}{} {:>3} {:>9.0f} {:>4.1f}% {:>8.0f} {:>8.0f} {:>7.1f} {:>5.2f} {:>4.1f}% {:>7.2f} {:>7.2f} "
      "{:>7.2f} {:>4.0f}% {:>5.2f} {:>8.1e} {:>5.0f}\n",
      row.length, row.precision, row.control ? '=' : ' ', row.threads, row.tokens_per_cpu_second_median,
      100 * row.spread, row.encode_tokens_per_cpu_second_median, row.tokens_per_second_best, row.texts_per_second_best,
      row.speedup, 100 * row.idle_share, row.latency_ms_p50, row.latency_ms_p95, row.latency_ms_p99,
      100 * row.peak_share, row.padding_ratio, 1 - row.min_cosine, static_cast<double>(row.peak_rss_bytes) / 1e6);
}

bool has_control(const BenchReport& report) {
  for (const BenchRow& row : report.rows)
    if (row.control) return true;
  return false;
}

}  // namespace

std::string bench_json(const BenchReport& report) {
  base::JsonWriter out;
  out.begin_object().key("model").string(report.model).key("level").string(report.level);
  out.key("cpu")
      .string(report.cpu)
      .key("version")
      .string(report.version)
      .key("peak_operations_per_second")
      .begin_object();
  out.key("f32").number(report.peaks.f32).key("bf16").number(report.peaks.bf16).key("int8").number(report.peaks.int8);
  out.end_object().key("rows").begin_array();
  for (const BenchRow& row : report.rows) write_row(out, row);
  return out.end_array().key("schema").number(2).end_object().take() + '\n';
}

std::string bench_text(const BenchReport& report) {
  std::string out = fmt::format(
      "{} on {} · {} · vicinal {}\npeak of one core: f32 {:.0f}, bf16 {:.0f}, int8 {:.0f} · 10⁹ operations/s\n\n",
      report.model, report.level, report.cpu, report.version, report.peaks.f32 / 1e9, report.peaks.bf16 / 1e9,
      report.peaks.int8 / 1e9);
  out += fmt::format(
      "{:>6} {:>5}  {:>3} {:>10} {:>5} {:>8} {:>8} {:>7} {:>5} {:>5} {:>7} {:>7} {:>7} {:>5} {:>5} {:>8} {:>5}\n",
      "tokens", "prec", "thr", "tok/CPU·s", "±", "encode", "tok/s", "texts/s", "x", "idle", "p50", "p95", "p99", "peak",
      "pad", "1-cos", "RSS");
  for (const BenchRow& row : report.rows) out += row_text(row);
  out += std::string("\n") + kLegend;
  if (has_control(report)) out += "=: the first configuration measured once more; what the two differ by is noise.\n";
  return out;
}

}  // namespace vicinal::cli
