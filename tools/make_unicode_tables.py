#!/usr/bin/env python3
"""Writes src/text/unicode_tables.inl: what Hugging Face's tokenizers library thinks of every code point.

Usage: tools/make_unicode_tables.py > src/text/unicode_tables.inl      (needs: pip install tokenizers)

That library mixes Unicode versions (its category tables are older than its case tables), and ids are equal only
if ours says the same of every code point. So its own behaviour is the source: each property is read off by
passing every code point through the one normalizer or pre-tokenizer that depends on it.
"""
import sys

import tokenizers
from tokenizers import normalizers, pre_tokenizers

LAST = 0x110000
BLOCK = 0x100
REMOVED, WHITE_SPACE, NONSPACING, PUNCTUATION, COMBINING, WORD = (1 << i for i in range(6))
HANGUL = range(0xAC00, 0xD7A4)


def blocks():
    for begin in range(0, LAST, BLOCK):
        if not 0xD800 <= begin < 0xE000:
            yield range(begin, begin + BLOCK)


def normalize_each(normalizer):
    """{code point: result} where the result differs from the code point itself."""
    changed = {}
    for block in blocks():
        skipped = [c for c in block if chr(c) == "0"]
        results = normalizer.normalize_str("0" + "0".join(chr(c) for c in block if c not in skipped) + "0")
        for c, result in zip((c for c in block if c not in skipped), results[1:-1].split("0"), strict=True):
            if result != chr(c):
                changed[c] = result
    return changed


def pieces_each(pre_tokenizer):
    """{code point: "own" | "none"} for those that are a piece of their own between letters, or in no piece."""
    kinds = {}
    for block in blocks():
        pieces = pre_tokenizer.pre_tokenize_str("a" + "a".join(chr(c) for c in block) + "a")
        covered = {}
        for _, (begin, end) in pieces:
            for position in range(begin, end):
                covered[position] = end - begin
        for i, c in enumerate(block):
            width = covered.get(2 * i + 1)
            if width is None:
                kinds[c] = "none"
            elif width == 1:
                kinds[c] = "own"
    return kinds


def bert(**options):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**off, **options})


def collect_flags(decomposed):
    flags = [0] * LAST
    for c, result in normalize_each(bert(clean_text=True)).items():
        flags[c] |= REMOVED if result == "" else 0
    for c, result in normalize_each(bert(strip_accents=True)).items():
        flags[c] |= NONSPACING if result == "" and c not in decomposed else 0
    for c, result in normalize_each(normalizers.StripAccents()).items():
        flags[c] |= COMBINING if result == "" else 0
    for c, kind in pieces_each(pre_tokenizers.BertPreTokenizer()).items():
        flags[c] |= WHITE_SPACE if kind == "none" else PUNCTUATION
    other = pieces_each(pre_tokenizers.Whitespace())
    for c in range(LAST):
        if c not in other and not 0xD800 <= c < 0xE000:
            flags[c] |= WORD
    return flags


def print_flags(flags):
    print("constexpr FlagRange kFlagRanges[] = {")
    begin = 0
    for c in range(1, LAST + 1):
        if c == LAST or flags[c] != flags[begin]:
            if flags[begin]:
                print(f"    {{0x{begin:X}, 0x{c - 1:X}, {flags[begin]}}},")
            begin = c
    print("};\n")


def print_lower(lower):
    print("constexpr CasePair kLower[] = {")
    for c, result in sorted(lower.items()):
        if len(result) == 1:
            print(f"    {{0x{c:X}, 0x{ord(result):X}}},")
    print("};\n")
    longer = {c: r for c, r in lower.items() if len(r) != 1}
    assert longer == {0x130: "i\u0307"}, longer


def print_decompositions(decomposed):
    print("constexpr Decomposition kDecompositions[] = {")
    for c, result in sorted(decomposed.items()):
        if c not in HANGUL:
            points = ", ".join(f"0x{ord(r):X}" for r in result)
            print(f"    {{0x{c:X}, {len(result)}, {{{points}}}}},")
    print("};")
    assert max(len(r) for r in decomposed.values()) <= 4


def main():
    decomposed = normalize_each(normalizers.NFD())
    print(f"// Made by tools/make_unicode_tables.py with tokenizers {tokenizers.__version__}. Do not edit.")
    print("// clang-format off\n")
    print_flags(collect_flags(decomposed))
    print_lower(normalize_each(normalizers.Lowercase()))
    print_decompositions(decomposed)
    print("// clang-format on")
    return 0


if __name__ == "__main__":
    sys.exit(main())
