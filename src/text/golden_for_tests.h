#pragma once
/// Golden files of the text layer's tests: the BERT tokenizer and what it makes of 856 texts.

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "text/tokenizer.h"

namespace vicinal::text {

/// "" when there is no such file.
inline std::string read_gz(const std::string& path) {
  std::string content;
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return content;
  char block[65536];
  for (int size = 0; (size = gzread(file, block, sizeof block)) > 0;) content.append(block, static_cast<size_t>(size));
  gzclose(file);
  return content;
}

inline std::string golden_path(const std::string& name) { return "tests/golden/bert-base-uncased/" + name; }

/// Data that is not part of the repository; tests that need it skip without.
inline std::string shared_path(const std::string& name) {
  const char* folder = std::getenv("VICINAL_SHARED");
  return (folder != nullptr ? std::string(folder) : std::string("../shared")) + "/data/" + name;
}

inline const std::string& bert_json() {
  static const std::string json = read_gz(golden_path("tokenizer.json.gz"));
  return json;
}

inline std::shared_ptr<const Tokenizer> bert() {
  static const std::shared_ptr<const Tokenizer> tokenizer = Tokenizer::from_json(bert_json()).value();
  return tokenizer;
}

struct GoldenText {
  std::string text;
  std::vector<int32_t> ids;
};

inline std::vector<GoldenText> golden_texts() {
  const std::string lines = read_gz(golden_path("golden-bert-base-uncased.jsonl.gz"));
  std::vector<GoldenText> texts;
  for (size_t at = 0; at < lines.size();) {
    const size_t end = lines.find('\n', at);
    const base::Json json = base::Json::parse(std::string_view(lines).substr(at, end - at)).value();
    GoldenText& golden = texts.emplace_back();
    golden.text = json["text"].string_or("");
    for (const base::Json& id : *json["ids"].array()) golden.ids.push_back(static_cast<int32_t>(id.integer_or(-1)));
    if (end == std::string::npos) break;
    at = end + 1;
  }
  return texts;
}

}  // namespace vicinal::text
