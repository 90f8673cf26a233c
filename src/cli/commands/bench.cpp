#include <algorithm>
#include <charconv>
#include <iterator>
#include <memory>

#include "base/check.h"
#include "cli/bench_report.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/input.h"
#include "cli/model_flags.h"
#include "cli/session.h"
#include "vicinal/bench.h"
#include "vicinal/models.h"

namespace vicinal::cli {
namespace {

struct BenchFlags {
  std::string what;
  std::string model = std::string(kDefaultModel);
  std::string precisions = "auto";
  std::string threads = "0";
  std::string lengths = "query,8,16,32,128,512,mixed";
  std::string texts;
  size_t repeats = 5;
  bool control = false;
  bool json = false;
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

Result<size_t> parse_threads(const std::string& text) {
  size_t threads = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  if (error == std::errc() && end == text.data() + text.size()) return threads;
  return Error(Code::invalid_argument, "a list of threads is numbers with commas, as 1,2")
      .with("threads", text)
      .with("fix", "--threads 1,2, or VICINAL_THREADS=2");
}

Result<std::vector<Precision>> parse_precisions(const std::string& list) {
  std::vector<Precision> precisions;
  for (const std::string& name : split_commas(list)) {
    VICINAL_TRY(const Precision precision, name == "auto" ? default_precision() : parse_precision(name));
    precisions.push_back(precision);
  }
  return precisions;
}

Result<std::vector<std::string>> read_texts(const std::string& path) {
  std::vector<std::string> texts;
  if (path.empty()) return texts;
  VICINAL_TRY(TextInput input, TextInput::open(path));
  while (true) {
    VICINAL_TRY(TextWindow window, input.next());
    if (window.texts.empty() && texts.empty())
      return Error(Code::empty_input, "the file holds no texts").with("path", path);
    if (window.texts.empty()) return texts;
    std::ranges::move(window.texts, std::back_inserter(texts));
  }
}

Result<int> run(const BenchFlags& flags, Session& session) {
  if (flags.what != "encode")
    return Error(Code::invalid_argument, "there is no measurement '" + flags.what + '\'')
        .with("fix", "vicinal bench encode");
  BenchOptions options;
  options.model = flags.model;
  VICINAL_TRY(options.precisions, parse_precisions(flags.precisions));
  for (const std::string& text : split_commas(flags.threads)) {
    VICINAL_TRY(const size_t threads, parse_threads(text));
    options.threads.push_back(threads);
  }
  options.control = flags.control;
  options.lengths = split_commas(flags.lengths);
  options.repeats = flags.repeats;
  VICINAL_TRY(options.texts, read_texts(flags.texts));
  VICINAL_TRY(const BenchReport report, bench_encode(options, session.watch()));
  session.console().clear_line();
  session.out().write(flags.json ? bench_json(report) : bench_text(report));
  return kExitDone;
}

}  // namespace

Command bench_command() {
  auto flags = std::make_shared<BenchFlags>();
  return {
      .name = "bench",
      .purpose = "Machine",
      .summary = "how fast the encoder is here",
      .usage = "encode [flags]",
      .examples =
          {"vicinal bench encode",
           "vicinal bench encode --precision f32,bf16,int8 --threads 1 --lengths 16,128,512,mixed --json",
           "vicinal bench encode --threads 1,2 --lengths 128,mixed --control   # how two cores scale, and the noise",
           "vicinal bench encode --lengths query --repeats 1                   # latency of one short text"},
      .arguments = {{.name = "WHAT", .help = "encode", .target = &flags->what, .required = true}},
      .flags = {model_flag(flags->model),
                {.names = "--precision",
                 .value = "LIST",
                 .help = "f32, bf16, int8 with commas; auto is the default of this machine (vicinal cpu)",
                 .target = &flags->precisions},
                {.names = "--threads",
                 .value = "LIST",
                 .help = "numbers of threads with commas; 0 is every core this process may use",
                 .target = &flags->threads,
                 .environment = "VICINAL_THREADS"},
                {.names = "--lengths",
                 .value = "LIST",
                 .help = "tokens of a text with commas; query (16 tokens, one text a call); mixed (10 to 500, half "
                         "of them below 30)",
                 .target = &flags->lengths},
                {.names = "--texts",
                 .value = "FILE",
                 .help = "what mixed embeds: one text a line, or JSONL {\"id\",\"text\"}",
                 .target = &flags->texts},
                {.names = "--repeats",
                 .value = "N",
                 .help = "measurements of each length, a second each",
                 .target = &flags->repeats},
                {.names = "--control",
                 .value = "",
                 .help = "measure the first configuration twice: what the two differ by is noise",
                 .target = &flags->control},
                {.names = "--json", .value = "", .help = "one object", .target = &flags->json}},
      .computes = true,
      .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
