#include "index/encoded_document.h"

#include <algorithm>

#include "index/document_checksum.h"

namespace vicinal::index {

namespace {

// A thread is woken for some hundred microseconds of work at least.
constexpr size_t kDocumentsOfPiece = 64;

EncodedText encode_text(std::string_view text, TextEncoder& encoder) {
  const TextEncoder::Encoded encoded = encoder.encode(text);
  if (encoded.coding == TextCoding::plain) return {};
  return {encoded.coding, std::string(reinterpret_cast<const char*>(encoded.bytes.data()), encoded.bytes.size())};
}

EncodedDocument encode_document(const DocumentWrite& document, TextEncoder& encoder) {
  EncodedDocument encoded = {document_checksum({document.id, document.path, document.title, stored_metadata(document),
                                                document.text, document.chunks, document.fields}),
                             encode_text(document.text, encoder)};
  for (const FieldText& field : document.fields) encoded.fields.push_back(encode_text(field.text, encoder));
  return encoded;
}

}  // namespace

void DocumentEncoder::start(size_t documents) {
  if (encoders_.empty()) encoders_.emplace_back();
  if (pool_ || documents <= kDocumentsOfPiece) return;
  pool_ = std::make_unique<base::ThreadPool>();
  encoders_.resize(pool_->threads());
}

std::vector<EncodedDocument> DocumentEncoder::encode(std::span<const DocumentWrite> documents) {
  start(documents.size());
  std::vector<EncodedDocument> encoded(documents.size());
  const auto encode_piece = [&](size_t piece, size_t worker) {
    const size_t end = std::min((piece + 1) * kDocumentsOfPiece, documents.size());
    for (size_t i = piece * kDocumentsOfPiece; i < end; ++i)
      encoded[i] = encode_document(documents[i], encoders_[worker]);
  };
  const size_t pieces = (documents.size() + kDocumentsOfPiece - 1) / kDocumentsOfPiece;
  if (pieces > 1) {
    pool_->run(pieces, encode_piece);
  } else if (pieces == 1) {
    encode_piece(0, 0);
  }
  return encoded;
}

}  // namespace vicinal::index
