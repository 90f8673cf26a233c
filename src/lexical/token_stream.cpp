#include "lexical/token_stream.h"

#include "lexical/analysis_scratch.h"

namespace vicinal::lexical {

TokenStream::TokenStream() : scratch_(std::make_unique<AnalysisScratch>()) {}
TokenStream::TokenStream(TokenStream&&) noexcept = default;
TokenStream& TokenStream::operator=(TokenStream&&) noexcept = default;
TokenStream::~TokenStream() = default;

}  // namespace vicinal::lexical
