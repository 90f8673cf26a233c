#include "cli/interactive/screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/interactive/cells.h"

namespace vicinal::cli {
namespace {

std::string move_to(size_t row, size_t column) { return fmt::format("\033[{};{}H", row + 1, column + 1); }

/// Bytes in front that both lines share, whole characters without colours.
size_t shared_bytes(std::string_view a, std::string_view b) {
  size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] != '\033' && b[at] != '\033') {
    const size_t bytes = first_cluster(a.substr(at)).bytes;
    if (a.substr(at, bytes) != b.substr(at, bytes) || first_cluster(b.substr(at)).bytes != bytes) break;
    at += bytes;
  }
  return at;
}

std::string changed_line(size_t row, std::string_view before, std::string_view after) {
  const size_t same = shared_bytes(before, after);
  std::string out = move_to(row, cells_of(after.substr(0, same)));
  out += after.substr(same);
  return cells_of(after) < cells_of(before) ? out + "\033[K" : out;
}

}  // namespace

std::string Screen::update(Frame frame) {
  std::string out;
  if (!known_) {
    shown_ = {};
    out = "\033[H\033[2J";
  }
  const size_t rows = std::max(frame.lines.size(), shown_.lines.size());
  frame.lines.resize(rows);
  shown_.lines.resize(rows);
  for (size_t row = 0; row < rows; ++row)
    if (frame.lines[row] != shown_.lines[row]) out += changed_line(row, shown_.lines[row], frame.lines[row]);
  const bool moved = frame.cursor_row != shown_.cursor_row || frame.cursor_column != shown_.cursor_column;
  if (!out.empty() || moved || !known_) out += move_to(frame.cursor_row, frame.cursor_column);
  shown_ = std::move(frame);
  known_ = true;
  return out;
}

}  // namespace vicinal::cli
