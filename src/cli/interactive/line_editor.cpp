#include "cli/interactive/line_editor.h"

#include "cli/interactive/cells.h"

namespace vicinal::cli {

bool LineEditor::apply(const Key& key) {
  switch (key.kind) {
    case KeyKind::text:
      insert(key.text);
      return true;
    case KeyKind::left:
      cursor_ = before();
      return true;
    case KeyKind::right:
      cursor_ = behind();
      return true;
    case KeyKind::word_left:
      cursor_ = word_before();
      return true;
    case KeyKind::word_right:
      cursor_ = word_behind();
      return true;
    case KeyKind::home:
      cursor_ = 0;
      return true;
    case KeyKind::end:
      cursor_ = text_.size();
      return true;
    case KeyKind::erase_before:
      erase(before(), cursor_);
      return true;
    case KeyKind::erase_behind:
      erase(cursor_, behind());
      return true;
    case KeyKind::erase_word:
      erase(word_before(), cursor_);
      return true;
    case KeyKind::erase_to_start:
      erase(0, cursor_);
      return true;
    case KeyKind::erase_to_end:
      erase(cursor_, text_.size());
      return true;
    default:
      return false;
  }
}

void LineEditor::insert(std::string_view text) {
  const size_t room = kMaxBytes - text_.size();
  while (text.size() > room) text.remove_suffix(last_cluster(text).bytes);
  text_.insert(cursor_, text);
  // What was typed may belong to the character behind it.
  const size_t typed = cursor_ + text.size();
  for (cursor_ = 0; cursor_ < typed;) cursor_ = behind();
}

void LineEditor::erase(size_t begin, size_t end) {
  text_.erase(begin, end - begin);
  cursor_ = begin;
}

size_t LineEditor::before() const { return cursor_ - last_cluster(std::string_view(text_).substr(0, cursor_)).bytes; }

size_t LineEditor::behind() const {
  return cursor_ == text_.size() ? cursor_ : cursor_ + first_cluster(std::string_view(text_).substr(cursor_)).bytes;
}

size_t LineEditor::word_before() const {
  size_t at = cursor_;
  while (at > 0 && text_[at - 1] == ' ') --at;
  while (at > 0 && text_[at - 1] != ' ') --at;
  return at;
}

size_t LineEditor::word_behind() const {
  size_t at = cursor_;
  while (at < text_.size() && text_[at] == ' ') ++at;
  while (at < text_.size() && text_[at] != ' ') ++at;
  return at;
}

LineEditor::View LineEditor::view(size_t cells) const {
  const std::string_view text = text_;
  size_t begin = 0, before = cells_of(text.substr(0, cursor_));
  while (begin < cursor_ && before >= cells) {
    const Cluster first = first_cluster(text.substr(begin));
    begin += first.bytes;
    before -= first.cells;
  }
  return {std::string(fitting(text.substr(begin), cells)), before};
}

}  // namespace vicinal::cli
