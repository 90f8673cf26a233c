#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "base/check.h"
#include "base/json.h"
#include "cli/byte_size.h"
#include "cli/commands.h"
#include "cli/cut_report.h"
#include "cli/exit_code.h"
#include "cli/input.h"
#include "cli/model_flags.h"
#include "cli/npy.h"
#include "cli/number_format.h"
#include "cli/session.h"

namespace vicinal::cli {
namespace {

struct EmbedFlags {
  std::vector<std::string> texts;
  std::string input;
  std::string role = "document";
  std::string output = "-";
  std::string max_memory;
  ModelFlags model = default_model_flags();
};

bool is_npy(const EmbedFlags& flags) { return flags.output.ends_with(".npy"); }

/// The input's rows as the library asks for them, and their vectors as lines or as a matrix.
class EmbedStream : public TextStream {
 public:
  EmbedStream(TextInput& input, Output& out, NpyWriter* npy) : input_(input), out_(out), npy_(npy) {}

  Result<Got> read(std::vector<std::string>& texts, bool may_wait) override {
    VICINAL_TRY(std::optional<TextWindow> window, input_.poll(may_wait));
    if (!window) return Got::nothing_yet;
    if (window->texts.empty()) return Got::end;
    texts = std::move(window->texts);
    const std::scoped_lock lock(mutex_);
    windows_.push_back({window->first_row, std::move(window->ids), std::move(window->lines)});
    return Got::texts;
  }

  Result<bool> write(const Matrix& vectors) override {
    const std::vector<std::string> ids = take_ids();
    for (size_t i = 0; i < vectors.rows(); ++i)
      if (!(npy_ != nullptr ? npy_->append(vectors.row(i)) : write_json(ids[i], vectors.row(i)))) return false;
    return npy_ != nullptr || out_.flush();
  }

  /// The library counts texts; a person counts rows, and looks for a line.
  Error placed(const Error& error) const {
    Error moved(error.code(), error.message());
    for (const auto& [key, value] : error.data()) {
      moved.with(key == "index" ? "row" : key, value);
      if (key == "index") name_line(std::stoull(value), moved);
    }
    if (error.code() == Code::empty_input)
      moved.with("fix", input_.path().empty() ? "leave out TEXT that is empty or blank"
                                              : "remove lines whose text is empty or blank from the input");
    return moved;
  }

 private:
  struct Window {
    size_t first_row = 0;
    std::vector<std::string> ids;
    std::vector<size_t> lines;
  };

  void name_line(size_t row, Error& error) const {
    if (input_.path().empty()) return;
    error.with("path", input_.path());
    for (const Window& window : windows_)
      if (row >= window.first_row && row - window.first_row < window.lines.size())
        error.with("line", window.lines[row - window.first_row]);
  }

  std::vector<std::string> take_ids() {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> ids = std::move(windows_.front().ids);
    windows_.pop_front();
    return ids;
  }

  bool write_json(const std::string& id, std::span<const float> vector) {
    base::JsonWriter row;
    row.begin_object().key("id").raw(id).key("embedding").floats(vector).end_object();
    return out_.write(row.take() + '\n');
  }

  TextInput& input_;
  Output& out_;
  NpyWriter* const npy_;
  std::mutex mutex_;
  std::deque<Window> windows_;  ///< guarded by mutex_ while the run goes on; their vectors are still to come
};

void say_what_was_done(const EmbedReport& report, const Embedder& embedder, double seconds, Console& console) {
  console.report({.stage = "embed", .done = report.texts, .total = report.texts, .seconds = seconds, .note = {}});
  console.clear_line();
  if (report.cut > 0) console.note(cut_note(report, embedder.max_tokens()));
  console.note(fmt::format("{} · {} dimensions · {} tokens · {} on {} · {}", counted(report.texts, "text", "texts"),
                           embedder.dimensions(), grouped(report.tokens), precision_name(embedder.precision()),
                           embedder.level(), duration(seconds)));
}

Result<> embed(const EmbedFlags& flags, TextInput& input, const Embedder& embedder, Output& out, Session& session) {
  const auto started = std::chrono::steady_clock::now();
  std::optional<NpyWriter> npy;
  if (is_npy(flags)) npy.emplace(out, embedder.dimensions());
  EmbedStream stream(input, out, npy ? &*npy : nullptr);
  EmbedReport report;
  const Role role = flags.role == "query" ? Role::query : Role::document;
  const auto done = embedder.embed_stream(stream, role, &report, session.watch());
  if (!done) return stream.placed(done.error());
  if (npy) VICINAL_TRY_VOID(npy->finish());
  VICINAL_TRY_VOID(out.finish());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  if (!out.closed()) say_what_was_done(report, embedder, seconds, session.console());
  return {};
}

/// A line may take a part of the limit only.
size_t most_line_bytes(size_t max_memory) {
  constexpr size_t kShare = 64, kLeast = size_t{64} << 10;
  if (max_memory == 0) return base::LineReader::kMaxLineBytes;
  return std::clamp(max_memory / kShare, kLeast, base::LineReader::kMaxLineBytes);
}

/// "least" in the unit of the flag, rounded up.
Error explain_memory(Error error) {
  constexpr size_t kMiB = size_t{1} << 20;
  for (const auto& [key, value] : error.data())
    if (key == "least") return error.with("fix", fmt::format("--max-memory {}M", std::stoull(value) / kMiB + 1));
  return error;
}

/// What a file is follows from its ending; a pipe or device takes rows whatever its name.
Result<> check_output(const EmbedFlags& flags, const Output& out) {
  const auto ends = [&](std::string_view ending) { return flags.output.ends_with(ending); };
  if (is_npy(flags) && !out.is_regular())
    return Error(Code::invalid_argument, "a matrix needs a regular file: its number of rows is filled in at the end")
        .with("path", flags.output);
  if (!out.is_regular() || is_npy(flags) || ends(".jsonl") || ends(".ndjson")) return {};
  return Error(Code::invalid_argument, "the ending of --output names no form that vectors are written in")
      .with("path", flags.output)
      .with("fix", "FILE.npy for a matrix, FILE.jsonl or FILE.ndjson for rows, - for rows on standard output");
}

Result<int> run(const EmbedFlags& flags, Session& session) {
  VICINAL_TRY(EmbedderOptions options, embedder_options(flags.model));
  if (!flags.max_memory.empty()) {
    VICINAL_TRY(options.max_memory, parse_byte_size(flags.max_memory));
  }
  VICINAL_TRY(TextInput input, open_text_input(flags.texts, flags.input, most_line_bytes(options.max_memory)));
  VICINAL_TRY(Output out, Output::open(flags.output));
  VICINAL_TRY_VOID(check_output(flags, out));
  const auto embedder = Embedder::open(flags.model.model, options);
  if (!embedder) return explain_memory(embedder.error());
  const WindowSize window = embedder->window_size();
  input.set_bounds({.rows = window.texts, .bytes = window.bytes});
  VICINAL_TRY_VOID(embed(flags, input, *embedder, out, session));
  return kExitDone;
}

std::vector<Flag> flags_of(EmbedFlags& flags) {
  std::vector<Flag> all = {
      {.names = "--input",
       .value = "FILE",
       .help = "lines of text, or JSONL rows {\"id\",\"text\"}; - is standard input",
       .target = &flags.input},
      {.names = "--as",
       .value = "ROLE",
       .help = "query or document: chooses the model's prompt",
       .target = &flags.role,
       .choices = {"query", "document"}},
      {.names = "--output",
       .value = "FILE",
       .help = "FILE.npy: a float32 matrix; FILE.jsonl or FILE.ndjson: rows {\"id\",\"embedding\"}; -: rows on "
               "standard output",
       .target = &flags.output},
      {.names = "--max-memory",
       .value = "SIZE",
       .help = "resident memory to stay below, as 512M or 2G: less is worked on at once; vectors are the same",
       .target = &flags.max_memory},
  };
  for (Flag& flag : model_flags(flags.model)) all.push_back(std::move(flag));
  return all;
}

}  // namespace

Command embed_command() {
  auto flags = std::make_shared<EmbedFlags>();
  return {.name = "embed",
          .purpose = "Vectors",
          .summary = "texts to vectors",
          .usage = "[TEXT…] [--input FILE] [flags]",
          .examples = {"vicinal embed \"The cat sat on the mat.\"",
                       "vicinal embed --as query \"which river flows through Basel?\"",
                       "vicinal embed --input corpus.jsonl --output vectors.npy --precision f32",
                       "tail -f lines.txt | vicinal embed --input - > vectors.jsonl",
                       "vicinal embed --input huge.jsonl.gz --output vectors.npy --max-memory 256M"},
          .arguments = {{.name = "TEXT",
                         .help = "each is one text; without TEXT and --input, standard input is read",
                         .target = &flags->texts}},
          .flags = flags_of(*flags),
          .computes = true,
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
