#pragma once
/// What a document must be before it is stored.

#include <span>
#include <string_view>

#include "base/matrix_view.h"
#include "index/store.h"

namespace vicinal::index {

/// invalid_argument: metadata that is no JSON object.
Result<> check_metadata(std::string_view id, std::string_view metadata);

/// invalid_argument naming the document and what is wrong: an id that is empty, longer than 512 bytes or not UTF-8,
/// a field with a number of `fields` or more, chunks outside their text or not in the order of their fields, another
/// number of embed hashes than chunks, metadata that is no JSON object; or, for the
/// whole batch, vectors of another number or length, or with a NaN or an infinity.
Result<> check_documents(std::span<const DocumentWrite> documents, base::MatrixView vectors, size_t dimensions,
                         size_t fields);

}  // namespace vicinal::index
