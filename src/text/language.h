#pragma once
/// A guess at what a text is written in, good enough to warn: an English-only model on a mostly Japanese folder.

#include <string>
#include <string_view>

namespace vicinal::text {

/// ISO 639-1 code ("en", "de", "ja" …) or "" when the text is too short or too mixed to say. By script for
/// scripts that name a language, by frequent function words for Latin and Cyrillic ones. Reads at most 4 KiB.
std::string_view guess_language(std::string_view text);

/// "German" for "de"; the code itself when unknown.
std::string_view language_name(std::string_view code);

}  // namespace vicinal::text
