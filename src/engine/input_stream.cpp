#include "engine/input_stream.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <unordered_set>

#include "base/json.h"
#include "base/line_reader.h"
#include "engine/document_passages.h"
#include "engine/jsonl_row.h"
#include "read/document.h"
#include "text/boundaries.h"
#include "text/language.h"

namespace vicinal::engine {
namespace {

/// A file that changed this shortly before it was looked at can change again without a new time stamp.
constexpr int64_t kClockGrainNs = 20'000'000;

int64_t now_ns() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

struct Part {
  Scope scope;
  read::WalkResult walk;
  std::unordered_map<std::string, index::SourceState> known;  // documents of the root, by id
  std::unordered_set<std::string> seen;
};

bool below_unreadable(const Part& part, std::string_view id) {
  return std::ranges::any_of(part.walk.unreadable, [&](const std::string& folder) {
    return folder.empty() || id.starts_with(part.scope.id_begin + folder + "/");
  });
}

bool is_file_stamp(const base::FileStamp& stamp) { return !(stamp == base::FileStamp{}); }

Input skipped_input(std::string path, std::string reason) {
  Input input;
  input.skipped = Skipped{std::move(path), std::move(reason)};
  return input;
}

/// A path with the bytes that are no UTF-8 as \xHH.
std::string escaped(std::string_view path) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string text;
  for (size_t at = 0; at < path.size();) {
    const size_t length = base::utf8_sequence(path.substr(at));
    const auto byte = static_cast<unsigned char>(path[at]);
    text +=
        length > 0 ? std::string(path.substr(at, length)) : std::string{'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    at += std::max<size_t>(length, 1);
  }
  return text;
}

std::string_view bytes_of(const std::vector<read::LineMark>& lines) {
  return {reinterpret_cast<const char*>(lines.data()), lines.size() * sizeof(read::LineMark)};
}

/// One line for a person: "too_long: …" without its particulars.
std::string reason_of(const Error& error) {
  std::string reason = error.message();
  for (const auto& [key, value] : error.data())
    if (key == "reason" || key == "byte") reason += ", " + key + " " + value;
  return reason;
}

}  // namespace

struct InputStream::State {
  Context context;
  std::vector<Part> parts;
  std::vector<std::string> jsonl;
  std::vector<bool> order;
  std::vector<Skipped> left_out;
  size_t total = 0;

  size_t at = 0, part = 0, file = 0, rows = 0;  // position: in order, parts, the part's files, jsonl
  std::optional<base::LineReader> reader;
  std::unordered_map<std::string, base::Hash128> written_rows;  // of this run, perhaps not stored yet

  Result<> add_part(Scope scope);
  Result<Input> look_at_file(Part& part, const read::FoundFile& found);
  void read_changed_file(const Part& part, const read::FoundFile& found, Input& input) const;
  Result<std::optional<Input>> next_row();
  Result<Input> look_at_row(JsonlRow row, const std::string& place);
  std::string_view obstacle(const Passages& passages, const index::DocumentWrite& document) const;
  std::optional<size_t> field_of_titles() const;
  Result<> read_texts(JsonlRow& row, index::DocumentWrite& document) const;
  void cut(Input& input) const;
};

Result<> InputStream::State::add_part(Scope scope) {
  Part part{.scope = std::move(scope), .walk = {}, .known = {}, .seen = {}};
  if (!part.scope.vanished) {
    VICINAL_TRY(part.walk, read::walk(part.scope.path, part.scope.root));
  }
  VICINAL_TRY(auto sources, context.store.sources(part.scope.root));
  for (index::SourceState& source : sources) part.known.emplace(source.id, source);
  left_out.insert(left_out.end(), part.walk.skipped.begin(), part.walk.skipped.end());
  total += part.walk.files.size();
  parts.push_back(std::move(part));
  return {};
}

/// Why the embedder would refuse these passages of the document; empty when it takes them. One input must not stop a
/// run.
std::string_view InputStream::State::obstacle(const Passages& passages, const index::DocumentWrite& document) const {
  const auto is_blank = [](std::string_view text) { return text::skip_white_space(text, 0) == text.size(); };
  if (passages.chunks.empty())
    return is_blank(document.text) && std::ranges::all_of(document.fields, is_blank, &FieldText::text)
               ? "empty"
               : "holds nothing that the model's tokenizer keeps";
  const auto fits = [this](const std::string& string) { return fits_model(context.embedder, string); };
  if (context.on_long == OnLong::error && !std::ranges::all_of(passages.strings, fits))
    return "a passage is longer than the model's token limit";
  return {};
}

/// Fills chunks, strings and hashes of a document whose title and texts are set, or says why it is skipped.
void InputStream::State::cut(Input& input) const {
  index::DocumentWrite& document = input.document;
  Passages passages = make_document_passages(context.embedder, context.recipe.chunk, document, context.glossary);
  if (const std::string_view reason = obstacle(passages, document); !reason.empty()) {
    input.action = input.existed ? Input::Action::remove : Input::Action::none;
    input.skipped = Skipped{document.path.empty() ? document.id : document.path, std::string(reason)};
    return;
  }
  document.chunks = std::move(passages.chunks);
  document.embed_hashes = std::move(passages.hashes);
  input.strings = std::move(passages.strings);
  input.tokens = passages.tokens;
  input.language = text::guess_language(document.text.empty() ? document.fields.front().text : document.text);
  input.action = Input::Action::write;
}

/// Where titles are a field of this run.
std::optional<size_t> InputStream::State::field_of_titles() const {
  const std::vector<FieldSource>& sources = context.recipe.fields.sources();
  if (std::ranges::find(sources, index::kTitleField, &FieldSource::field) == sources.end()) return std::nullopt;
  const auto number = field_number(context.store.identity().fields, index::kTitleField);
  return number ? std::optional(*number) : std::nullopt;
}

void InputStream::State::read_changed_file(const Part& part, const read::FoundFile& found, Input& input) const {
  auto read = read::read_file(found.path);
  if (!read) {
    const Code code = read.error().code();
    const bool kept = code == Code::io || code == Code::not_found;  // perhaps readable again: what is stored stays
    input.action = input.existed && !kept ? Input::Action::remove : Input::Action::none;
    input.skipped = Skipped{found.path, reason_of(read.error())};
    return;
  }
  index::DocumentWrite& document = input.document;
  document.source_root = part.scope.root;
  document.path = found.path;
  document.title = one_line(read->title);
  document.text = std::move(read->text);
  // A page's text may move to other lines without changing; then its passages' places are written again.
  if (const auto title = field_of_titles(); title && !document.title.empty())
    document.fields.push_back({*title, std::string(index::kTitleField), document.title});
  document.content_hash = context.recipe.content_hash(document.title, document.text, bytes_of(read->lines));
  const auto known = part.known.find(document.id);
  if (known != part.known.end() && known->second.content_hash == document.content_hash) {
    input.action = Input::Action::restamp;
  } else {
    cut(input);
    use_file_lines(*read, document.chunks);
  }
}

Result<Input> InputStream::State::look_at_file(Part& part, const read::FoundFile& found) {
  Input input;
  input.document.id = part.scope.id_begin + found.relative;
  const std::string& id = input.document.id;
  if (id.size() > index::kMaxIdBytes) return skipped_input(found.path, "its path makes an id longer than 512 bytes");
  if (!base::valid_utf8(id)) return skipped_input(escaped(found.path), "its name is not UTF-8");
  part.seen.insert(id);
  base::FileStamp stamp = found.stamp;
  if (now_ns() - stamp.modified_ns < kClockGrainNs) stamp.modified_ns = 0;  // the next run reads it once more
  input.document.stamp = context.recipe.stamped(stamp);
  const auto known = part.known.find(id);
  input.existed = known != part.known.end();
  if (input.existed && known->second.stamp == context.recipe.stamped(found.stamp)) return input;
  if (!input.existed) {
    VICINAL_TRY(const auto other, context.store.source(id));
    if (other) return skipped_input(found.path, "another source already has a document called " + id);
  }
  read_changed_file(part, found, input);
  return input;
}

/// The row's texts, made canonical, become the document's.
Result<> InputStream::State::read_texts(JsonlRow& row, index::DocumentWrite& document) const {
  VICINAL_TRY(read::Document body, read::read_bytes(row.text, read::Format::plain));
  document.text = std::move(body.text);
  for (NamedText& field : row.fields) {
    VICINAL_TRY(read::Document read, read::read_bytes(field.text, read::Format::plain));
    field.text = std::move(read.text);
  }
  document.content_hash = context.recipe.content_hash(row.title, document.text, row.metadata, row.fields);
  VICINAL_TRY(document.fields, numbered(context.store.identity().fields, std::move(row.fields)));
  return {};
}

Result<Input> InputStream::State::look_at_row(JsonlRow row, const std::string& place) {
  Input input;
  index::DocumentWrite& document = input.document;
  if (auto read = read_texts(row, document); !read) return skipped_input(place, reason_of(read.error()));
  document.id = std::move(row.id);
  document.title = std::move(row.title);
  document.metadata = std::move(row.metadata);
  VICINAL_TRY(const auto stored, context.store.source(document.id));
  if (stored && is_file_stamp(stored->stamp))
    return skipped_input(place, "a mirrored file already has the id " + document.id);
  const auto written = written_rows.find(document.id);
  input.existed = stored.has_value() || written != written_rows.end();
  const bool unchanged = written != written_rows.end() ? written->second == document.content_hash
                                                       : stored && stored->content_hash == document.content_hash;
  if (unchanged) return input;
  written_rows[document.id] = document.content_hash;
  cut(input);
  if (input.skipped) input.skipped->path = place;
  return input;
}

/// The next row of the current .jsonl file; nullopt at its end.
Result<std::optional<Input>> InputStream::State::next_row() {
  const std::string& path = jsonl[rows];
  for (;;) {
    auto line = reader->next();
    const std::string place = path + ":" + std::to_string(reader->line_number());
    if (!line) {
      if (line.error().code() != Code::too_long) return std::move(line).error();
      return std::optional(skipped_input(place, line.error().message()));
    }
    if (!line->has_value()) return std::optional<Input>();
    if ((*line)->find_first_not_of(" \t") == std::string_view::npos) continue;
    auto row = parse_jsonl_row(**line, context.recipe.fields);
    if (!row) return std::optional(skipped_input(place, reason_of(row.error())));
    VICINAL_TRY(Input input, look_at_row(*std::move(row), place));
    return std::optional(std::move(input));
  }
}

InputStream::InputStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
InputStream::InputStream(InputStream&&) noexcept = default;
InputStream::~InputStream() = default;

Result<InputStream> InputStream::open(const Context& context, Plan plan) {
  auto state = std::unique_ptr<State>(new State{.context = context});
  for (Scope& scope : plan.scopes) VICINAL_TRY_VOID(state->add_part(std::move(scope)));
  for (const std::string& path : plan.jsonl) {
    VICINAL_TRY(const size_t lines, base::count_lines(path));
    state->total += lines;
  }
  state->jsonl = std::move(plan.jsonl);
  state->order = std::move(plan.order);
  return InputStream(std::move(state));
}

size_t InputStream::total() const { return state_->total; }
const std::vector<Skipped>& InputStream::left_out() const { return state_->left_out; }

Result<std::optional<Input>> InputStream::next() {
  State& s = *state_;
  for (; s.at < s.order.size(); ++s.at) {
    if (s.order[s.at]) {
      Part& part = s.parts[s.part];
      if (s.file < part.walk.files.size()) {
        VICINAL_TRY(Input input, s.look_at_file(part, part.walk.files[s.file++]));
        return std::optional(std::move(input));
      }
      ++s.part;
      s.file = 0;
    } else {
      if (!s.reader) {
        VICINAL_TRY(s.reader, base::LineReader::open(s.jsonl[s.rows]));
      }
      VICINAL_TRY(auto row, s.next_row());
      if (row) return row;
      ++s.rows;
      s.reader.reset();
    }
  }
  return std::optional<Input>();
}

std::vector<std::string> InputStream::absorbed() const {
  std::vector<std::string> roots;
  for (const Part& part : state_->parts)
    if (part.walk.complete) roots.insert(roots.end(), part.scope.absorbed.begin(), part.scope.absorbed.end());
  return roots;
}

Result<std::vector<std::string>> InputStream::vanished() const {
  std::vector<std::string> ids;
  for (const Part& part : state_->parts)
    for (const auto& [id, source] : part.known)
      if (part.scope.covers(id) && !part.seen.contains(id) && !below_unreadable(part, id)) ids.push_back(id);
  for (const std::string& root : absorbed()) {
    VICINAL_TRY(const auto sources, state_->context.store.sources(root));
    for (const index::SourceState& source : sources) ids.push_back(source.id);
  }
  std::ranges::sort(ids);
  return ids;
}

}  // namespace vicinal::engine
