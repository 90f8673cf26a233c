#pragma once
/// A search as it is declared, `plan.json`: arms → fuse → filter → fold → diversify → group → the best `limit`.
///
///     {"schema": 1,
///      "arms": [{"kind": "dense", "candidates": 200, "metric": "cosine"},
///               {"kind": "lexical", "candidates": 200, "k1": 1.2, "b": 0.75}],
///      "fuse": {"kind": "weighted", "alpha": 0.7},
///      "filter": "lang = \"de\"",
///      "fields": {"title": 2, "body": 1},
///      "fold_duplicates": {"threshold": 0.98},
///      "diversity": {"lambda": 0.7},
///      "group": {"by": "document", "passages": 1},
///      "limit": 10}
///
/// Every key may be left out: {} is the default plan. Filter, fields and metric are only carried; whoever runs the plan
/// parses them. Folding comes before grouping, so that repetitions do not take up a document's places. A step that is
/// null or absent does not happen. Plain data; a plan says nothing of a collection or a query.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retrieve/fusion.h"
#include "vicinal/result.h"

namespace vicinal::retrieve {

enum class ArmKind { dense, lexical };
std::string_view to_string(ArmKind kind);

struct ArmPlan {
  ArmKind kind = ArmKind::dense;
  size_t candidates = 0;     ///< how many of its best the arm brings; 0: candidates_for decides
  std::string metric;        ///< dense: by name; empty: the collection's
  std::optional<double> k1;  ///< lexical: BM25's saturation, ≥ 0; absent: the collection's
  std::optional<double> b;   ///< lexical: BM25's length normalisation, 0 to 1; absent: the collection's
};

struct FoldPlan {
  double threshold = 0.98;  ///< cosine from which two passages count as one, above 0, at most 1
};

struct DiversityPlan {
  double lambda = 0.7;    ///< 1: relevance alone, 0: novelty alone
  size_t candidates = 0;  ///< among how many of the best; 0: candidates_for decides
};

struct GroupPlan {
  size_t passages = 1;  ///< at most so many of one document
};

struct FieldPlan {
  std::string name;
  double weight = 1;  ///< above 0, at most kMaxFieldWeight
};

struct SearchPlan {
  std::vector<ArmPlan> arms{{.kind = ArmKind::dense}, {.kind = ArmKind::lexical}};  ///< one or two, of different kinds
  FusionOptions fuse;             ///< looked at when there are two arms
  std::string filter;             ///< empty: none
  std::vector<FieldPlan> fields;  ///< only these, which count so much; empty: all, alike
  std::optional<FoldPlan> fold_duplicates;
  std::optional<DiversityPlan> diversity;
  std::optional<GroupPlan> group;
  size_t limit = 10;  ///< 1 to kMaxLimit

  /// The arm of that kind, or null.
  const ArmPlan* arm(ArmKind kind) const;
};

inline constexpr double kMaxFieldWeight = 1e6;
inline constexpr size_t kMaxLimit = 1'000'000;
inline constexpr size_t kMaxCandidates = 1'000'000;
inline constexpr size_t kMaxPlanBytes = 1 << 20;

/// How many candidates a step that names no number looks at: at least twice `limit`, and 100, at most kMaxCandidates.
size_t candidates_for(size_t asked, size_t limit);

/// invalid_argument with "at" (the key's path, as "arms[1].k1"): no JSON, an unknown key (with the nearest known one),
/// a wrong type, a number out of its range, what would change nothing (`fuse` of one arm, `k` of another fusion than
/// rrf), fewer candidates to choose from than are wanted. unsupported: a schema that this version does not know.
Result<SearchPlan> parse_plan(std::string_view json);

/// Compact JSON with every number that is not left to the program; parse_plan gives the same plan back.
std::string to_json(const SearchPlan& plan);

/// One line for people: "dense 200 + lexical 200 (k1 1.2, b 0.75) → weighted, alpha 0.7 → … → best 10".
std::string to_string(const SearchPlan& plan);

}  // namespace vicinal::retrieve
