#include "cli/input.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/json.h"

namespace vicinal::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kLook{100};

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos; }

bool ends_with_one_of(std::string_view path, std::initializer_list<std::string_view> endings) {
  if (path.ends_with(".gz")) path.remove_suffix(3);
  return std::ranges::any_of(endings, [&](std::string_view ending) { return path.ends_with(ending); });
}

Error at_line(const Error& error, const base::LineReader& lines) {
  Error placed(Code::invalid_argument, error.message());
  placed.with("path", lines.path()).with("line", lines.line_number());
  for (const auto& [key, value] : error.data()) placed.with(key, value);
  return placed;
}

Result<std::string> row_id(const base::Json& row) {
  for (const char* name : {"_id", "id"}) {
    const base::Json& id = row[name];
    if (id.is_null()) continue;
    if (id.is_string() || id.integer()) return id.dump();
    return Error(Code::invalid_argument, "an id is a string or an integer").with("member", name);
  }
  return std::string();
}

}  // namespace

Result<TextRow> parse_text_row(std::string_view line) {
  auto row = base::Json::parse(line, base::LineReader::kMaxLineBytes);
  if (!row) return Error(Code::invalid_argument, "this line is no JSON: " + row.error().message());
  if (!row->is_object()) return Error(Code::invalid_argument, "this line is no JSON object");
  const std::string* text = (*row)["text"].string();
  if (text == nullptr) return Error(Code::invalid_argument, "this row has no string \"text\"");
  VICINAL_TRY(std::string id, row_id(*row));
  return TextRow{.id = std::move(id), .text = *text};
}

TextInput TextInput::of_texts(std::vector<std::string> texts) {
  TextInput input;
  input.texts_ = std::move(texts);
  return input;
}

Result<TextInput> TextInput::open(const std::string& path, size_t max_line_bytes) {
  TextInput input;
  VICINAL_TRY(base::LineReader lines, base::LineReader::open(path, max_line_bytes));
  input.lines_.emplace(std::move(lines));
  if (ends_with_one_of(path, {".jsonl", ".ndjson"})) input.is_jsonl_ = true;
  if (ends_with_one_of(path, {".txt", ".text"})) input.is_jsonl_ = false;
  return input;
}

Result<std::optional<TextRow>> TextInput::next_file_row() {
  while (true) {
    VICINAL_TRY(const std::optional<std::string_view> line, lines_->next());
    if (!line) return std::optional<TextRow>();
    if (!is_jsonl_) is_jsonl_ = line->starts_with('{') && parse_text_row(*line).ok();
    if (*is_jsonl_ && is_blank(*line)) continue;
    size_t bad = 0;
    if (!base::valid_utf8(*line, &bad))
      return at_line(Error(Code::invalid_argument, "this line is not valid UTF-8").with("byte", bad), *lines_);
    if (!*is_jsonl_) return std::optional(TextRow{.id = {}, .text = std::string(*line)});
    auto row = parse_text_row(*line);
    if (!row) return at_line(row.error(), *lines_);
    return std::optional(std::move(*row));
  }
}

Result<std::optional<TextRow>> TextInput::next_row() {
  std::optional<TextRow> row;
  if (lines_) {
    VICINAL_TRY(row, next_file_row());
  } else if (rows_ < texts_.size()) {
    row = TextRow{.id = {}, .text = texts_[rows_]};
  }
  if (row && row->id.empty()) row->id = std::to_string(rows_);
  rows_ += row.has_value();
  return row;
}

bool TextInput::is_due() const { return !pending_.texts.empty() && Clock::now() - first_row_at_ >= kPatience; }

bool TextInput::row_is_ready(bool may_wait) {
  if (!lines_) return true;
  if (!may_wait) return lines_->ready(milliseconds{0});
  if (pending_.texts.empty()) return lines_->ready(kLook);
  const auto left = std::chrono::ceil<milliseconds>(first_row_at_ + kPatience - Clock::now());
  return lines_->ready(std::max(left, milliseconds{0}));
}

void TextInput::add(TextRow row) {
  if (pending_.texts.empty()) first_row_at_ = Clock::now();
  pending_bytes_ += row.text.size();
  pending_.ids.push_back(std::move(row.id));
  pending_.lines.push_back(lines_ ? lines_->line_number() : 0);
  pending_.texts.push_back(std::move(row.text));
}

TextWindow TextInput::take_pending() {
  TextWindow window = std::exchange(pending_, {});
  pending_bytes_ = 0;
  window.first_row = rows_ - window.texts.size();
  return window;
}

Result<std::optional<TextWindow>> TextInput::poll(bool may_wait) {
  while (!is_full() && !is_due()) {
    if (!row_is_ready(may_wait)) {
      if (may_wait && !pending_.texts.empty()) continue;  // until it is due
      return std::optional<TextWindow>();
    }
    VICINAL_TRY(std::optional<TextRow> row, next_row());
    if (!row) break;
    add(*std::move(row));
  }
  return std::optional(take_pending());
}

Result<TextWindow> TextInput::next() {
  while (true) {
    VICINAL_TRY(std::optional<TextWindow> window, poll(true));
    if (window) return *std::move(window);
  }
}

Result<TextInput> open_text_input(const std::vector<std::string>& texts, const std::string& path,
                                  size_t max_line_bytes) {
  if (!texts.empty() && !path.empty()) return Error(Code::invalid_argument, "give TEXT or --input, not both");
  if (!texts.empty()) {
    for (size_t i = 0; i < texts.size(); ++i)
      if (!base::valid_utf8(texts[i]))
        return Error(Code::invalid_argument, "this text is not valid UTF-8").with("index", i);
    return TextInput::of_texts(texts);
  }
  if (!path.empty()) return TextInput::open(path, max_line_bytes);
  if (::isatty(STDIN_FILENO) == 1)
    return Error(Code::invalid_argument, "there is nothing to read")
        .with("fix", "give TEXT, or --input FILE, or pipe lines in");
  return TextInput::open("-", max_line_bytes);
}

}  // namespace vicinal::cli
