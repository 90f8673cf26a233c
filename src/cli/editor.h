#pragma once
/// The user's editor, at a line of a file.

#include <string>
#include <string_view>
#include <vector>

#include "vicinal/result.h"

namespace vicinal::cli {

/// What the editor is started with so that it shows the line: +LINE FILE, -g FILE:LINE or FILE:LINE by its name; FILE
/// alone where the editor is not known. `editor` may have arguments of its own: "emacs -nw".
std::vector<std::string> editor_arguments(std::string_view editor, const std::string& path, size_t line);

/// Starts $VISUAL, or $EDITOR, and waits until it ends; interrupts are the editor's meanwhile. invalid_argument with
/// "fix": neither is set. io: it could not be started, or failed.
Result<> open_in_editor(const std::string& path, size_t line);

}  // namespace vicinal::cli
