#pragma once
/// A verification as lines for a person, as JSON, and in one sentence.

#include <string>

#include "vicinal/doctor.h"

namespace vicinal::cli {

/// A line per finding: "FILE (place): problem; fix: …". Control characters of names become U+FFFD.
std::string verification_lines(const Verification& report);
/// docs/schemas/verify.json, with a line end.
std::string verification_json(const Verification& report);
/// "whole: 4 documents, 4 chunks, 4 vectors, 28 pages · 132 KB read in 0.1 s", or how many damages there are.
std::string verification_note(const Verification& report);

}  // namespace vicinal::cli
