#pragma once
/// The sum that an encoder begins with: rows of three tables, looked up by word, position and kind of token.

#include "model/onnx_graph.h"

namespace vicinal::model {

struct OnnxEmbeddings {
  const OnnxTensor* words = nullptr;      ///< [vocabulary, hidden]
  const OnnxTensor* positions = nullptr;  ///< [positions, hidden], row i for token i
  const OnnxTensor* types = nullptr;  ///< [kinds, hidden]; or one row in any rank, where the export folded kind 0 in
  OnnxValue sum = kNoValue;
};

/// Which table is which follows from where its indices come from: an input of the graph, 0 1 2 …, or zeros.
/// unsupported: other tables, or positions that do not count up from 0.
Result<OnnxEmbeddings> match_embeddings(const OnnxGraph& graph);

}  // namespace vicinal::model
