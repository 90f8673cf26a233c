#include "engine/vector_files.h"

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
  JsonlRows(base::LineReader lines, size_t dimensions) : lines_(std::move(lines)), dimensions_(dimensions) {}

  Result<std::vector<VectorRow>> next(size_t most) override {
    std::vector<VectorRow> rows;
    while (rows.size() < most) {
      VICINAL_TRY(const auto line, lines_.next());
      if (!line) break;
      if (line->find_first_not_of(" \t\r") == std::string_view::npos) continue;
      auto row = parse_vector_row(*line);
      if (!row) return at_line(std::move(row).error());
      if (auto fits = check_length(row->vector.size(), dimensions_); !fits)
        return at_line(std::move(fits).error()).with("id", row->id);
      rows.push_back(std::move(*row));
    }
    return rows;
  }

 private:
  Error at_line(Error error) const {
    return std::move(error).with("path", lines_.path()).with("line", lines_.line_number());
  }

  base::LineReader lines_;
  size_t dimensions_;
};

}  // namespace

Result<VectorRow> parse_vector_row(std::string_view line) {
  VICINAL_TRY(base::Json json, base::Json::parse(line, base::LineReader::kMaxLineBytes));
  if (!json.is_object()) return bad_vector("the line is no JSON object");
  VectorRow row;
  VICINAL_TRY(row.vector, parse_embedding(json["embedding"]));
  std::erase_if(*json.object(), [](const auto& member) { return member.first == "embedding"; });
  if (!json.has("text")) json.object()->emplace_back("text", base::Json(std::string()));
  if (!json.has("id") && !json.has("_id")) return bad_vector("the row has no \"id\"");
  VICINAL_TRY(JsonlRow rest, parse_jsonl_row(json.dump()));
  row.id = std::move(rest.id);
  row.title = std::move(rest.title);
  row.text = std::move(rest.text);
  row.metadata = std::move(rest.metadata);
  return row;
}

Result<std::unique_ptr<VectorRowReader>> open_vector_rows(const std::string& path, size_t dimensions) {
  if (path.ends_with(".npy")) {
    VICINAL_TRY(NpyReader reader, NpyReader::open(path));
    if (auto fits = check_length(reader.cols(), dimensions); !fits) return std::move(fits).error().with("path", path);
    return std::unique_ptr<VectorRowReader>(std::make_unique<NpyRows>(std::move(reader)));
  }
  VICINAL_TRY(base::LineReader lines, base::LineReader::open(path));
  return std::unique_ptr<VectorRowReader>(std::make_unique<JsonlRows>(std::move(lines), dimensions));
}

}  // namespace vicinal::engine

namespace vicinal {
inline namespace v0 {

Result<size_t> vector_file_dimensions(const std::string& path) {
  VICINAL_TRY(const auto rows, engine::open_vector_rows(path));
  VICINAL_TRY(const std::vector<VectorRow> first, rows->next(1));
  if (first.empty() || first[0].vector.empty())
    return Error(Code::empty_input, "the file holds no vectors").with("path", path);
  return first[0].vector.size();
}

Result<Matrix> read_npy(const std::string& path) {
  VICINAL_TRY(engine::NpyReader reader, engine::NpyReader::open(path));
  Matrix out(reader.rows(), reader.cols());
  VICINAL_TRY_VOID(reader.read(out.values()));
  return out;
}

}  // namespace v0
}  // namespace vicinal
