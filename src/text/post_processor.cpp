#include "text/post_processor.h"

#include <string>

#include "text/wordpiece.h"

namespace vicinal::text {
namespace {

constexpr size_t kMaxSpecialTokens = 64;

Error bad_template(const char* what) { return Error(Code::corrupt, what).with("place", "post_processor"); }

Result<> append_special(const base::Json& special_tokens, const std::string& name, std::vector<int32_t>& out) {
  const auto* ids = special_tokens[name]["ids"].array();
  if (ids == nullptr) return bad_template("template names a special token without ids").with("token", name);
  for (const base::Json& json : *ids) {
    VICINAL_TRY(const int32_t id, token_id(json, "post_processor", name));
    out.push_back(id);
    if (out.size() > kMaxSpecialTokens) return bad_template("template has too many special tokens");
  }
  return {};
}

Result<SpecialFrame> parse_template(const base::Json& json) {
  const auto* parts = json["single"].array();
  if (parts == nullptr) return bad_template("template for one text is missing");
  SpecialFrame frame;
  bool text_seen = false;
  for (const base::Json& part : *parts) {
    if (part.has("Sequence")) {
      if (text_seen) return bad_template("template for one text has it twice");
      text_seen = true;
      continue;
    }
    const auto* name = part["SpecialToken"]["id"].string();
    if (name == nullptr) return bad_template("template has a part that is neither text nor special token");
    VICINAL_TRY_VOID(append_special(json["special_tokens"], *name, text_seen ? frame.after : frame.before));
  }
  if (!text_seen) return bad_template("template for one text leaves it out");
  return frame;
}

Result<int32_t> parse_pair(const base::Json& pair, const char* name) {
  const auto* parts = pair.array();
  if (parts == nullptr || parts->size() != 2) return bad_template("special token is no pair of text and id");
  return token_id((*parts)[1], "post_processor", name);
}

}  // namespace

Result<SpecialFrame> parse_post_processor(const base::Json& json) {
  if (json.is_null()) return SpecialFrame();
  const std::string type = json["type"].string_or("");
  if (type == "TemplateProcessing") return parse_template(json);
  if (type != "BertProcessing" && type != "RobertaProcessing") {
    return Error(Code::unsupported, "tokenizer.json has a post-processor of an unknown type").with("type", type);
  }
  VICINAL_TRY(const int32_t cls, parse_pair(json["cls"], "cls"));
  VICINAL_TRY(const int32_t sep, parse_pair(json["sep"], "sep"));
  return SpecialFrame{{cls}, {sep}};
}

}  // namespace vicinal::text
