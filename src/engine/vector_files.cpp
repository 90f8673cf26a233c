#include "engine/vector_files.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/json.h"
#include "base/line_reader.h"
#include "engine/jsonl_row.h"
#include "engine/npy_reader.h"

namespace vicinal::engine {
namespace {

Error bad_vector(const char* reason) { return Error(Code::invalid_argument, reason); }

Result<std::vector<float>> parse_embedding(const base::Json& json) {
  const base::Json::Array* array = json.array();
  if (array == nullptr) return bad_vector("the row has no \"embedding\": an array of numbers");
  std::vector<float> out;
  out.reserve(array->size());
  for (const base::Json& element : *array) {
    const auto number = element.number();
    if (!number || std::fabs(*number) > std::numeric_limits<float>::max())
      return bad_vector("\"embedding\" holds something that is no number of float32's range");
    out.push_back(static_cast<float>(*number));
  }
  return out;
}

struct NamedVector {
  std::string field;
  std::vector<float> vector;
};

base::Json take_member(base::Json& row, std::string_view name) {
  base::Json value = row[name];
  std::erase_if(*row.object(), [&](const auto& member) { return member.first == name; });
  return value;
}

/// A row as `vicinal export` writes it: its "text" goes where texts of its "field" are; the field's name.
Result<std::string> take_field(base::Json& row, const RowFields& fields) {
  if (fields.sources().size() == 1 || !row["field"].is_string()) return std::string("body");
  std::string name = take_member(row, "field").string_or("");
  const auto source = std::ranges::find(fields.sources(), name, &FieldSource::field);
  if (source == fields.sources().end()) return field_number(fields.names(), name).error();
  if (row.has("text")) row.object()->emplace_back(source->member, take_member(row, "text"));
  return name;
}

/// The row's vectors, which leave it.
Result<std::vector<NamedVector>> take_vectors(base::Json& row, const RowFields& fields) {
  std::vector<NamedVector> vectors;
  if (!row.has("vectors")) {
    VICINAL_TRY(std::string field, take_field(row, fields));
    VICINAL_TRY(std::vector<float> vector, parse_embedding(take_member(row, "embedding")));
    vectors.push_back({std::move(field), std::move(vector)});
    return vectors;
  }
  if (row.has("embedding")) return bad_vector("the row has \"embedding\" and \"vectors\"; give one of them");
  const base::Json given = take_member(row, "vectors");
  if (given.object() == nullptr || given.object()->empty())
    return bad_vector("\"vectors\" is no object of fields' names with their vectors");
  for (const auto& [field, vector] : *given.object()) {
    VICINAL_TRY(std::vector<float> floats, parse_embedding(vector));
    vectors.push_back({field, std::move(floats)});
  }
  return vectors;
}

Result<> check_length(size_t given, size_t wanted) {
  if (wanted == 0 || given == wanted) return {};
  return Error(Code::invalid_argument, "a vector has another length than the collection's")
      .with("given", given)
      .with("stored", wanted);
}

class NpyRows final : public VectorRowReader {
 public:
  explicit NpyRows(NpyReader reader) : reader_(std::move(reader)) {}

  Result<std::vector<VectorRow>> next(size_t most) override {
    std::vector<VectorRow> rows(std::min(most, reader_.rows() - read_));
    for (VectorRow& row : rows) {
      row.vector.resize(reader_.cols());
      VICINAL_TRY_VOID(reader_.read(row.vector));
      row.id = std::to_string(read_++);
    }
    return rows;
  }

 private:
  NpyReader reader_;
  size_t read_ = 0;
};

class JsonlRows final : public VectorRowReader {
 public:
  JsonlRows(base::LineReader lines, size_t dimensions, RowFields fields)
      : lines_(std::move(lines)), dimensions_(dimensions), fields_(std::move(fields)) {}

  Result<std::vector<VectorRow>> next(size_t most) override {
    std::vector<VectorRow> rows;
    while (rows.size() < most) {
      VICINAL_TRY(const auto line, lines_.next());
      if (!line) break;
      if (line->find_first_not_of(" \t\r") == std::string_view::npos) continue;
      auto row = parse_vector_row(*line, fields_);
      if (!row) return at_line(std::move(row).error());
      if (auto fits = check_lengths(*row); !fits) return at_line(std::move(fits).error()).with("id", row->id);
      rows.push_back(std::move(*row));
    }
    return rows;
  }

 private:
  Result<> check_lengths(const VectorRow& row) const {
    const bool has_body = !row.vector.empty() || row.fields.empty();
    if (has_body) VICINAL_TRY_VOID(check_length(row.vector.size(), dimensions_));
    for (const FieldVector& field : row.fields) VICINAL_TRY_VOID(check_length(field.vector.size(), dimensions_));
    return {};
  }
  Error at_line(Error error) const {
    return std::move(error).with("path", lines_.path()).with("line", lines_.line_number());
  }

  base::LineReader lines_;
  size_t dimensions_;
  RowFields fields_;
};

}  // namespace

Result<VectorRow> parse_vector_row(std::string_view line, const RowFields& fields) {
  VICINAL_TRY(base::Json json, base::Json::parse(line, base::LineReader::kMaxLineBytes));
  if (!json.is_object()) return bad_vector("the line is no JSON object");
  VICINAL_TRY(std::vector<NamedVector> vectors, take_vectors(json, fields));
  if (!json.has(fields.body_member())) json.object()->emplace_back(fields.body_member(), base::Json(std::string()));
  if (!json.has("id") && !json.has("_id")) return bad_vector("the row has no \"id\"");
  VICINAL_TRY(JsonlRow rest, parse_jsonl_row(json.dump(), fields));
  VectorRow row{.id = std::move(rest.id),
                .text = std::move(rest.text),
                .title = std::move(rest.title),
                .metadata = std::move(rest.metadata),
                .vector = {},
                .fields = {}};
  for (NamedVector& named : vectors) {
    const auto text = std::ranges::find(rest.fields, named.field, &NamedText::field);
    if (named.field == "body")
      row.vector = std::move(named.vector);
    else
      row.fields.push_back(
          {named.field, text == rest.fields.end() ? std::string() : text->text, std::move(named.vector)});
  }
  return row;
}

Result<std::unique_ptr<VectorRowReader>> open_vector_rows(const std::string& path, size_t dimensions,
                                                          const RowFields& fields) {
  if (path.ends_with(".npy")) {
    VICINAL_TRY(NpyReader reader, NpyReader::open(path));
    if (auto fits = check_length(reader.cols(), dimensions); !fits) return std::move(fits).error().with("path", path);
    return std::unique_ptr<VectorRowReader>(std::make_unique<NpyRows>(std::move(reader)));
  }
  VICINAL_TRY(base::LineReader lines, base::LineReader::open(path));
  return std::unique_ptr<VectorRowReader>(std::make_unique<JsonlRows>(std::move(lines), dimensions, fields));
}

}  // namespace vicinal::engine

namespace vicinal {
inline namespace v0 {

Result<size_t> vector_file_dimensions(const std::string& path) {
  VICINAL_TRY(const auto rows, engine::open_vector_rows(path));
  VICINAL_TRY(const std::vector<VectorRow> first, rows->next(1));
  const size_t body = first.empty() ? 0 : first[0].vector.size();
  const size_t dimensions =
      body == 0 && !first.empty() && !first[0].fields.empty() ? first[0].fields[0].vector.size() : body;
  if (dimensions == 0) return Error(Code::empty_input, "the file holds no vectors").with("path", path);
  return dimensions;
}

Result<Matrix> read_npy(const std::string& path) {
  VICINAL_TRY(engine::NpyReader reader, engine::NpyReader::open(path));
  Matrix out(reader.rows(), reader.cols());
  VICINAL_TRY_VOID(reader.read(out.values()));
  return out;
}

}  // namespace v0
}  // namespace vicinal
