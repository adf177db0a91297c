"""Numbers as Word's list formats write them (ECMA-376, ST_NumberFormat)."""

from __future__ import annotations

_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_PARENTHESISED = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_DOTTED = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_SMALL = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_PICKED = {
    "ideographTraditional": _STEMS,
    "ideographZodiac": _BRANCHES,
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
    "decimalEnclosedParen": _PARENTHESISED,
    "decimalEnclosedFullstop": _DOTTED,
}
_COUNTED = frozenset(
    {
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "ideographLegalTraditional",
        "chineseLegalSimplified",
    }
)
_POSITIONAL = frozenset({"ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"})


def ordinal(number: int, style: str) -> str:
    """A number in one of Word's formats; unknown formats and numbers out of a format's range come as digits.

    >>> [ordinal(n, "chineseCountingThousand") for n in (3, 10, 21, 110)]
    ['三', '十', '二十一', '一百一十']
    >>> ordinal(12, "ideographDigital"), ordinal(2, "decimalEnclosedCircle"), ordinal(28, "upperLetter")
    ('一二', '②', 'BB')
    """
    if number < 0:
        return str(number)
    if style in _COUNTED:
        return _counted(number, legal="egal" in style)
    if style in _POSITIONAL:
        return "".join(_DIGITS[int(digit)] for digit in str(number))
    if style in _PICKED and 1 <= number <= len(_PICKED[style]):
        return _PICKED[style][number - 1]
    return _western(number, style)


def _western(number: int, style: str) -> str:
    if style in ("upperRoman", "lowerRoman") and 0 < number < 4000:
        return _roman(number).upper() if style == "upperRoman" else _roman(number)
    if style in ("upperLetter", "lowerLetter") and 0 < number < 1000:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if style == "upperLetter" else letter
    if style == "decimalZero":
        return f"{number:02d}"
    if style == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    return str(number)


def _counted(number: int, *, legal: bool) -> str:
    """一 to 九千九百九十九; larger numbers as digits."""
    digits, units = (_LEGAL_DIGITS, "仟佰拾") if legal else ("零" + _DIGITS[1:], "千百十")
    if number == 0 or number > 9999:
        return digits[0] if number == 0 else str(number)
    text, pending = "", False
    for power, unit in zip((1000, 100, 10, 1), (*units, ""), strict=True):
        digit = number // power % 10
        if digit:
            text += (digits[0] if pending and text else "") + digits[digit] + unit
        pending = digit == 0
    return text[1:] if text.startswith("一十") else text


def _roman(number: int) -> str:
    text = ""
    for worth, letters in (*_ROMAN, *_ROMAN_SMALL):
        text += letters * (number // worth)
        number %= worth
    return text
