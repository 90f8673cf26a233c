#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "base/check.h"
#include "base/json.h"
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
  ModelFlags model = default_model_flags();
};

/// Library errors count rows within a window; a person counts them within the input.
Error with_row_of_input(const Error& error, size_t first_row) {
  Error moved(error.code(), error.message());
  for (const auto& [key, value] : error.data()) {
    if (key == "index" && value.find_first_not_of("0123456789") == std::string::npos) {
      moved.with("row", std::stoull(value) + first_row);
    } else {
      moved.with(key, value);
    }
  }
  return moved;
}

/// Reads windows, embeds them and writes each before the next is read.
class EmbedRun {
 public:
  EmbedRun(const EmbedFlags& flags, Session& session, const Embedder& embedder, Output& out)
      : flags_(flags), session_(session), embedder_(embedder), out_(out), npy_(out) {}

  Result<> run(TextInput& input) {
    const auto started = std::chrono::steady_clock::now();
    while (!out_.closed()) {
      VICINAL_TRY(TextWindow window, input.next());
      if (window.texts.empty()) break;
      VICINAL_TRY_VOID(embed(window));
      session_.resume_plain();
      if (session_.stop_requested()) return Error(Code::interrupted, "stopped between two windows of the input");
    }
    if (is_npy()) VICINAL_TRY_VOID(npy_.finish());
    VICINAL_TRY_VOID(out_.finish());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    session_.console().report(
        {.stage = "embed", .done = totals_.texts, .total = totals_.texts, .seconds = seconds, .note = {}});
    session_.console().clear_line();
    if (!out_.closed()) say_what_was_done(seconds);
    return {};
  }

 private:
  bool is_npy() const { return flags_.output.ends_with(".npy"); }

  Result<> embed(const TextWindow& window) {
    EmbedReport report;
    Watch watch = session_.watch();
    watch.progress = [this, first = window.first_row](Progress progress) {
      progress.done += first;
      progress.total = 0;  // the input is a stream
      session_.console().report(progress);
    };
    auto vectors = flags_.role == "query" ? embedder_.embed_queries(window.texts, &report, watch)
                                          : embedder_.embed_documents(window.texts, &report, watch);
    if (!vectors) return with_row_of_input(vectors.error(), window.first_row);
    totals_.add(report, window.first_row);
    write(window, *vectors);
    return {};
  }

  void write(const TextWindow& window, const Matrix& vectors) {
    for (size_t i = 0; i < vectors.rows(); ++i)
      if (!(is_npy() ? npy_.append(vectors.row(i)) : write_json(window.ids[i], vectors.row(i)))) return;
    if (!is_npy()) out_.flush();
  }

  bool write_json(const std::string& id, std::span<const float> vector) {
    base::JsonWriter row;
    row.begin_object().key("id").raw(id).key("embedding").floats(vector).end_object();
    return out_.write(row.take() + '\n');
  }

  void say_what_was_done(double seconds) {
    Console& console = session_.console();
    if (totals_.cut > 0) console.note(cut_note(totals_, embedder_.max_tokens()));
    console.note(fmt::format("{} · {} dimensions · {} tokens · {} on {} · {}", counted(totals_.texts, "text", "texts"),
                             embedder_.dimensions(), grouped(totals_.tokens), precision_name(embedder_.precision()),
                             embedder_.level(), duration(seconds)));
  }

  const EmbedFlags& flags_;
  Session& session_;
  const Embedder& embedder_;
  Output& out_;
  NpyWriter npy_;
  EmbedTotals totals_;
};

Result<int> run(const EmbedFlags& flags, Session& session) {
  VICINAL_TRY(TextInput input, open_text_input(flags.texts, flags.input));
  VICINAL_TRY(const EmbedderOptions options, embedder_options(flags.model));
  VICINAL_TRY(const Embedder embedder, Embedder::open(flags.model.model, options));
  VICINAL_TRY(Output out, Output::open(flags.output));
  VICINAL_TRY_VOID(EmbedRun(flags, session, embedder, out).run(input));
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
       .help = "FILE.npy: a float32 matrix; else JSONL rows {\"id\",\"embedding\"}; - is standard output",
       .target = &flags.output},
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
                       "vicinal embed --input corpus.jsonl --output vectors.npy --precision bf16",
                       "cat lines.txt | vicinal embed --input - > vectors.jsonl"},
          .arguments = {{.name = "TEXT",
                         .help = "each is one text; without TEXT and --input, standard input is read",
                         .target = &flags->texts}},
          .flags = flags_of(*flags),
          .computes = true,
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
