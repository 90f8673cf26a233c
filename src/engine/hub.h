#pragma once
/// Model files from a hub that speaks Hugging Face's addresses: BASE/ORG/NAME/resolve/main/FILE.

#include <string>

#include "base/check.h"
#include "vicinal/progress.h"

namespace vicinal::engine {

/// Fetches the files of engine/model_files.h into `folder`. BASE is $HF_ENDPOINT, else https://huggingface.co; a token
/// in $HF_TOKEN is sent to that address. network: no answer, or a required file is not there.
Result<> fetch_from_hub(const std::string& repository, const std::string& folder, const Watch& watch);

}  // namespace vicinal::engine
