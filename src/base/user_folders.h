#pragma once
/// Where a user's own files belong: the XDG base directories, with the project's overrides.

#include <string>

namespace vicinal::base {

std::string home_folder();   ///< $HOME, else the password entry
std::string cache_folder();  ///< $VICINAL_CACHE, else $XDG_CACHE_HOME/vicinal, else ~/.cache/vicinal
std::string
models_folder();  ///< $VICINAL_MODELS, else $XDG_DATA_HOME/vicinal/models, else ~/.local/share/vicinal/models

}  // namespace vicinal::base
