#pragma once
/// What lies behind a public Embedder.

#include <memory>

#include "embed/local_embedder.h"
#include "vicinal/embedder.h"

namespace vicinal {
inline namespace v0 {

struct Embedder::Impl {
  std::unique_ptr<embed::LocalEmbedder> local;
};

}  // namespace v0
}  // namespace vicinal
