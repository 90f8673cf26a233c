#include "cli/hit_json.h"

namespace vicinal::cli {

std::string_view metadata_json(const std::string& metadata) {
  return metadata.empty() ? std::string_view("{}") : metadata;
}

namespace {

void write_span(base::JsonWriter& out, const ByteSpan& span) {
  out.begin_object()
      .key("byte_start")
      .number(uint64_t{span.begin})
      .key("byte_end")
      .number(uint64_t{span.end})
      .end_object();
}

void write_names(base::JsonWriter& out, const std::vector<std::string>& names) {
  out.begin_array();
  for (const std::string& name : names) out.string(name);
  out.end_array();
}

}  // namespace

void write_hit(base::JsonWriter& out, const Hit& hit, bool with_context) {
  out.begin_object().key("id").string(hit.id).key("document").string(hit.document).key("path").string(hit.path);
  out.key("title").string(hit.title).key("field").string(hit.field);
  out.key("byte_start").number(uint64_t{hit.byte_start}).key("byte_end").number(uint64_t{hit.byte_end});
  out.key("line_start").number(uint64_t{hit.line_start}).key("line_end").number(uint64_t{hit.line_end});
  out.key("score").number(hit.score).key("text").string(hit.text).key("metadata").raw(metadata_json(hit.metadata));
  out.key("arms").begin_array();
  for (const HitArm& arm : hit.arms)
    out.begin_object()
        .key("name")
        .string(arm.name)
        .key("score")
        .number(arm.score)
        .key("rank")
        .number(uint64_t{arm.rank})
        .end_object();
  out.end_array().key("highlights").begin_array();
  for (const ByteSpan& span : hit.highlights) write_span(out, span);
  out.end_array();
  if (hit.sentence) {
    out.key("sentence");
    write_span(out, *hit.sentence);
  }
  if (hit.percentile) out.key("percentile").number(*hit.percentile);
  write_names(out.key("headings"), hit.headings);
  write_names(out.key("folded"), hit.folded);
  if (with_context) out.key("before").string(hit.before).key("after").string(hit.after);
  out.end_object();
}

std::string search_json(std::string_view query, const SearchResult& result, const JsonDetails& details) {
  base::JsonWriter out;
  out.begin_object().key("query").string(query).key("hits").begin_array();
  for (const Hit& hit : result.hits) write_hit(out, hit, details.context);
  out.end_array().key("above_noise").boolean(result.above_noise).key("notes").begin_array();
  for (const std::string& note : result.notes) out.string(note);
  out.end_array();
  if (!result.suggestion.empty()) out.key("suggestion").string(result.suggestion);
  out.key("chunks_searched").number(uint64_t{result.chunks_searched});
  out.key("embed_ms").number(result.embed_ms).key("search_ms").number(result.search_ms);
  if (details.plan) out.key("plan").raw(result.plan_json);
  return out.key("schema").number(2).end_object().take() + '\n';
}

}  // namespace vicinal::cli
