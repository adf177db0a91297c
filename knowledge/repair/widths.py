"""Full-width and ASCII forms, and blanks inside figures. Each rule acts only where the page does it throughout:
a lone full-width digit or a stray blank is the author's, and reading copes with it."""

from __future__ import annotations

import re

from knowledge.repair.edits import Edit, Page

_HAN = "\u3400-\u9fff"
_FULL = "０-９Ａ-Ｚａ-ｚ"
_FULL_DIGIT = re.compile("[０-９]")
_TYPED_BY_HAND = re.compile("[０-９][.][０-９]|[０-９][0-9]|[0-9][０-９]")
_FOLD = re.compile(
    rf"[{_FULL}]|(?<=[０-９0-9])．(?=[０-９0-9])|(?<=[０-９0-9])[％，](?=[０-９]{{3}}(?![０-９]))|(?<=[０-９])％"
)


def fold_full_width(page: Page) -> list[Edit]:
    """Write full-width digits and letters in ASCII, with the points, separators and per cent signs of their figures.

    Only on a page whose digits are full-width throughout, as an input method or a converter leaves them.
    """
    full = sum(page.text.count(digit) for digit in page.signs & frozenset("０１２３４５６７８９"))
    ascii_digits = sum(page.text.count(digit) for digit in page.signs & frozenset("0123456789")) if full else 0
    if not full or full <= ascii_digits or _TYPED_BY_HAND.search(page.text):
        return []
    return [Edit(m.start(), m.end(), chr(ord(m[0]) - 0xFEE0)) for m in _FOLD.finditer(page.text)]


_WIDE = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）"}
_WIDE_COUNT = "，；：！？"
_NARROW_COUNT = frozenset(",;:!?")
_BESIDE = rf"[{_HAN}，。、；：！？”’》）】…％\u3000]"
_AFTER = rf"[{_HAN}“‘《（【]"
_NARROW = re.compile(rf"(?<={_BESIDE})[,;:!?]|[,;:!?](?={_AFTER})|(?<=[%0-9A-Za-z])[,;!?](?=\s*(?:\n|$))")
_BRACKETS = re.compile(r"\(([^()\n]{1,200})\)")
_HAS_HAN = re.compile(f"[{_HAN}]")


def widen_punctuation(page: Page) -> list[Edit]:
    """Write ASCII commas, semicolons, colons, marks and brackets beside Chinese characters in full width.

    Only on a page that has more of them than of the full-width ones. Signs inside figures and Latin text stay.
    """
    if page.signs.isdisjoint(_WIDE):
        return []
    wide = sum(page.text.count(sign) for sign in _WIDE_COUNT)
    if sum(page.text.count(sign) for sign in page.signs & _NARROW_COUNT) <= wide:
        return []
    narrow = list(_NARROW.finditer(page.text))
    if len(narrow) <= wide:
        return []
    return [Edit(m.start(), m.end(), _WIDE[m[0]]) for m in narrow] + _wide_brackets(page.text)


def _wide_brackets(text: str) -> list[Edit]:
    edits: list[Edit] = []
    for m in _BRACKETS.finditer(text):
        beside = text[max(0, m.start() - 1) : m.start()] + text[m.end() : m.end() + 1]
        if _HAS_HAN.search(m[1]) or _HAS_HAN.search(beside):
            edits += (Edit(m.start(), m.start() + 1, "（"), Edit(m.end() - 1, m.end(), "）"))
    return edits


_BLANK = " \u00a0\u2002\u2003\u2009\u3000"
_UNIT = rf"[{_HAN}%％‰℃]"
_SPACED = re.compile(
    rf"(?<=[0-9x])[{_BLANK}]{{1,2}}(?={_UNIT})"  # 12.3 亿元
    rf"|(?<=[0-9x月日年%％])[{_BLANK}]*([—–~～]+)[{_BLANK}]*(?=[0-9x])"  # 1 — 6 月
    rf"|(?<=[0-9x])[{_BLANK}](-)[{_BLANK}](?=[0-9x])"  # 1 - 6 月
    rf"|(?<=[0-9])[{_BLANK}](?=[.．][0-9])"  # 12 .3
    rf"|(?<=[{_HAN}])[{_BLANK}]{{1,2}}(?=[0-9])"  # 第 3 位
)
_FIGURE = re.compile(rf"[0-9]{_UNIT}")
_SPACED_UNIT = re.compile(rf"[0-9][{_BLANK}]{{1,2}}(?={_UNIT})")
_SPACED_SHARE = 0.2


def close_figures(page: Page) -> list[Edit]:
    """Take out blanks inside figures (12.3 亿元, 1 — 6 月, 第 3 位), as some editors put beside digits.

    Only on a page that does so in a fifth of its figures. Digits kept apart by a blank stay: they may be two numbers.
    """
    if page.signs.isdisjoint(_BLANK):
        return []
    spaced = len(_SPACED_UNIT.findall(page.text))
    if not spaced or spaced < _SPACED_SHARE * (spaced + len(_FIGURE.findall(page.text))):
        return []
    found = ((m, m[1] or m[2] or "") for m in _SPACED.finditer(page.text))
    return [Edit(m.start(), m.end(), new) for m, new in found if m[0] != new]
