#include <fmt/format.h>

#include <memory>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/input.h"
#include "cli/model_flags.h"
#include "cli/session.h"
#include "cli/terminal_text.h"
#include "vicinal/tokenizer.h"

namespace vicinal::cli {
namespace {

struct TokenizeFlags {
  std::vector<std::string> texts;
  std::string input;
  std::string model = default_model_flags().model;
  size_t max_tokens = 0;
  bool json = false;
};

std::string ids_json(const Encoding& encoding) {
  base::JsonWriter out;
  out.begin_array();
  for (const int32_t id : encoding.ids) out.number(id);
  return out.end_array().take() + '\n';
}

/// A line per token: id, bytes, the slice it covers.
std::string token_lines(const Encoding& encoding, std::string_view text) {
  std::string out;
  for (size_t i = 0; i < encoding.ids.size(); ++i) {
    const ByteSpan span = encoding.spans[i];
    out += fmt::format("{:>7}  {}-{}  {}\n", encoding.ids[i], span.begin, span.end,
                       printable(text.substr(span.begin, span.end - span.begin)));
  }
  return out;
}

Result<int> run(const TokenizeFlags& flags, Session& session) {
  VICINAL_TRY(TextInput input, open_text_input(flags.texts, flags.input));
  VICINAL_TRY(const Tokenizer tokenizer, Tokenizer::open(flags.model));
  while (!session.out().closed()) {
    VICINAL_TRY(const TextWindow window, input.next());
    if (window.texts.empty()) break;
    for (const std::string& text : window.texts) {
      VICINAL_TRY(const Encoding encoding, tokenizer.encode(text, flags.max_tokens));
      if (!session.out().write(flags.json ? ids_json(encoding) : token_lines(encoding, text) + '\n')) break;
    }
    session.out().flush();
  }
  return kExitDone;
}

}  // namespace

Command tokenize_command() {
  auto flags = std::make_shared<TokenizeFlags>();
  return {.name = "tokenize",
          .purpose = "Vectors",
          .summary = "texts to the model's token ids",
          .usage = "[TEXT…] [--input FILE] [flags]",
          .examples = {"vicinal tokenize \"Basel lies on the Rhine.\"",
                       "vicinal tokenize --input corpus.jsonl --model all-MiniLM-L6-v2 --json",
                       "vicinal tokenize --input book.txt --json --max-tokens 256"},
          .arguments = {{.name = "TEXT",
                         .help = "each is one text; without TEXT and --input, standard input is read",
                         .target = &flags->texts}},
          .flags = {{.names = "--input",
                     .value = "FILE",
                     .help = "lines of text, or JSONL rows {\"id\",\"text\"}; - is standard input",
                     .target = &flags->input},
                    {.names = "--model",
                     .value = "M",
                     .help = "a known name, a model's folder or a tokenizer.json",
                     .target = &flags->model},
                    {.names = "--max-tokens",
                     .value = "N",
                     .help = "cut after N tokens, special tokens included; 0 never cuts",
                     .target = &flags->max_tokens},
                    {.names = "--json",
                     .value = "",
                     .help = "one array of ids a text, special tokens included",
                     .target = &flags->json}},
          .run = [flags](Session& session) { return run(*flags, session); }};
}

}  // namespace vicinal::cli
