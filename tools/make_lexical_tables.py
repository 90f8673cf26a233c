#!/usr/bin/env python3
"""Writes src/lexical/character_tables.inl: what lexical analysis knows of every code point.

Usage: tools/make_lexical_tables.py UCD > src/lexical/character_tables.inl
UCD: a folder of the Unicode character database, 15.0 (Debian: apt-get download unicode-data; dpkg -x …).

Classes are the values of Word_Break (Unicode Annex 29) that bear on words, but for scripts without spaces, which are set
apart: Han, kana, Hangul, and Line_Break=SA (Thai, Lao, Khmer, Burmese …). Colons are no MidLetter, as in CLDR's root.
Folding is NFKC_Casefold without diacritics, decimal digits as ASCII, and the choices of EXTRA below.
"""
import pathlib
import sys
import unicodedata

LAST = 0x110000
CLASSES = ["other", "letter", "hebrew_letter", "numeric", "extend_num_let", "mid_letter", "mid_num", "mid_num_let",
           "single_quote", "double_quote", "extend", "han", "kana", "hangul", "southeast"]
SCRIPTS = ["common", "latin", "cyrillic", "greek", "arabic", "hebrew", "armenian", "devanagari", "tamil", "other"]
WORD_BREAK = {"ALetter": "letter", "Hebrew_Letter": "hebrew_letter", "Numeric": "numeric", "ExtendNumLet":
              "extend_num_let", "MidLetter": "mid_letter", "MidNum": "mid_num", "MidNumLet": "mid_num_let", "Single_Quote":
              "single_quote", "Double_Quote": "double_quote", "Extend": "extend", "Format": "extend", "ZWJ": "extend"}
COLONS = {0x3A, 0xFE13, 0xFE55, 0xFF1A}
# Letters that decomposition leaves alone, letters that one script writes in several ways, marks within words.
EXTRA = {"ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n", "ŧ": "t",
         "\u0649": "\u064A", "\u06CC": "\u064A", "\u06A9": "\u0643", "\u0629": "\u0647", "\u0640": "",
         "'": "", "\u2018": "", "\u2019": "", "\u02BB": "", "\u02BC": "", "\u055A": "", "\uFF07": "", "\u05F3": "", "\u05F4": "",
         '"': "", "\u00B7": "", "\u2027": "", "\u055F": "", "\u2010": "-"}
# и with breve and і with diaeresis are letters of their own; nobody leaves their marks out.
KEPT = {("и", "\u0306"), ("у", "\u0306"), ("і", "\u0308")}
DROPPED_MARKS = [(0x300, 0x36F), (0x483, 0x489), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
                 (0x591, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6ED), (0x93C, 0x93C)]


def rows(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = [field.strip() for field in line.split("#")[0].split(";")]
        if len(fields) >= 2:
            first, _, last = fields[0].partition("..")
            yield range(int(first, 16), int(last or first, 16) + 1), fields[1:]


def property_of(path):
    values = {}
    for points, fields in rows(path):
        for c in points:
            values[c] = fields[0]
    return values


class Database:
    def __init__(self, folder):
        self.word_break = property_of(folder / "auxiliary" / "WordBreakProperty.txt")
        self.script = property_of(folder / "Scripts.txt")
        self.line_break = property_of(folder / "LineBreak.txt")
        self.category = property_of(folder / "extracted" / "DerivedGeneralCategory.txt")
        self.decomposition, self.digit = {}, {}
        for line in (folder / "UnicodeData.txt").read_text(encoding="utf-8").splitlines():
            fields = line.split(";")
            if fields[5] and not fields[5].startswith("<"):
                self.decomposition[int(fields[0], 16)] = [int(c, 16) for c in fields[5].split()]
            if fields[6]:
                self.digit[int(fields[0], 16)] = fields[6]
        self.casefold = {}
        for points, fields in rows(folder / "DerivedNormalizationProps.txt"):
            if fields[0] == "NFKC_CF":
                for c in points:
                    self.casefold[c] = [int(x, 16) for x in fields[1].split()]

    def decompose(self, c):
        return [d for part in self.decomposition[c] for d in self.decompose(part)] if c in self.decomposition else [c]


def class_of(data, c):
    letter = data.category.get(c, "Cn")[0] == "L"
    script, word_break = data.script.get(c), data.word_break.get(c)
    if script == "Han" and (letter or data.category[c] == "Nl"):
        return "han"
    if word_break == "Katakana" or (script in ("Hiragana", "Katakana") and letter):
        return "kana"
    if script == "Hangul" and letter:
        return "hangul"
    if data.line_break.get(c) == "SA" and letter:
        return "southeast"
    return "other" if c in COLONS else WORD_BREAK.get(word_break, "other")


def script_index(data, c):
    name = data.script.get(c, "Common").lower()
    return SCRIPTS.index(name if name in SCRIPTS else "common" if name == "inherited" else "other")


def is_dropped(base, mark):
    return any(first <= ord(mark) <= last for first, last in DROPPED_MARKS) and (base, mark) not in KEPT


def fold(data, c):
    if c in data.digit:
        return data.digit[c]
    out = []
    for d in (chr(d) for folded in data.casefold.get(c, [c]) for d in data.decompose(folded)):
        if d in EXTRA:
            out += EXTRA[d]
        elif not is_dropped(out[-1] if out else "", d):
            out.append(d)
    return unicodedata.normalize("NFC", "".join(out))


def print_classes(data, folded):
    print("constexpr CharacterRange kCharacterRanges[] = {")
    begin, before = 0, None
    for c in range(LAST + 1):
        value = None
        if c < LAST:
            category = data.category.get(c, "Cn")
            value = CLASSES.index(class_of(data, c)) | script_index(data, c) << 4
            value |= (category in ("Lu", "Lt")) << 8 | (category == "Ll") << 9 | (c in folded) << 10
        if value != before:
            if before:
                print(f"    {{0x{begin:X}, 0x{c - 1:X}, 0x{before:X}}},")
            begin, before = c, value
    print("};\n")


def print_folds(folded):
    pool = ""
    print("constexpr FoldRow kFolds[] = {")
    for c, text in sorted(folded.items()):
        at = pool.find(text)
        if at < 0:
            at, pool = len(pool), pool + text
        print(f"    {{0x{c:X}, {at}, {len(text)}}},")
    print("};\n")
    print("constexpr char32_t kFoldPool[] = {")
    for at in range(0, len(pool), 14):
        print("    " + ", ".join(f"0x{ord(c):X}" for c in pool[at:at + 14]) + ",")
    print("};")


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    data = Database(pathlib.Path(arguments[1]))
    folded = {}
    for c in range(LAST):
        if 0xD800 <= c < 0xE000:
            continue
        text = fold(data, c)
        # Removing what is assigned to nothing yet would change keys with the next version of Unicode.
        if text != chr(c) and (text or data.category.get(c, "Cn") != "Cn"):
            folded[c] = text
    print("// Made by tools/make_lexical_tables.py from the Unicode character database 15.0. Do not edit.")
    print("// clang-format off\n")
    print_classes(data, folded)
    print_folds(folded)
    print("// clang-format on")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
