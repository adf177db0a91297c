"""Arabic, Chinese and mixed numerals, read as exact decimals; masked digits (xx.xx) are recognised, never guessed."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_FORMS = ("零〇○", "一壹幺", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
DIGITS = {char: value for value, chars in enumerate(_FORMS) for char in chars}
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8, "兆": 10**12}
CONTRACTED = {"廿": "二十", "卅": "三十", "卌": "四十"}

ARABIC = r"\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?"
CHINESE = r"[零〇一二两三四五六七八九十百千廿卅]+"
MASKED = r"[xX×ＸｘXx*＊]+(?:\.[xX×ＸｘXx*＊]+)?"

_WIDE = str.maketrans("０１２３４５６７８９．％＋－−—", "0123456789.%+---")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_ARABIC = re.compile(rf"[-+]?(?:{ARABIC})")
_MASKED = re.compile(rf"-?(?:{MASKED})")
_PIECES = re.compile(
    rf"(?P<arabic>{ARABIC})|(?P<chinese>[{''.join(DIGITS)}])"
    rf"|(?P<tens>[{''.join(TENS)}])|(?P<myriads>[{''.join(MYRIADS)}])"
)
_FRACTION = re.compile(r"(.+)分之(.+)")
_TENTHS = re.compile(r"(.+?)成(半|.)?")


def is_masked(text: str) -> bool:
    """Whether the digits are hidden by the source.

    >>> is_masked("-xx.x"), is_masked("12.x")
    (True, False)
    """
    return not text[:1].isdigit() and _MASKED.fullmatch(text.strip()) is not None


def parse(text: str) -> Decimal:
    """The value of a numeral, of any script, with magnitudes; shares are fractions of one. Raises ValueError.

    >>> parse("两千三百亿"), parse("1万2千"), parse("三成"), parse("百分之三十"), parse("廿三")
    (Decimal('230000000000'), Decimal('12000'), Decimal('0.3'), Decimal('0.3'), Decimal('23'))
    """
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if not text.strip():
        raise ValueError("不是数字：（空）")
    plain = text.strip().translate(_WIDE).replace(" ", "")
    for sign, factor in (("负", -1), ("-", -1), ("+", 1)):
        if plain.startswith(sign):
            return parse(plain[1:]) * factor
    if _ARABIC.fullmatch(plain):
        return arabic(plain)
    share = _share(plain)
    return _mixed(plain) if share is None else share


def arabic(text: str) -> Decimal:
    """An Arabic numeral as written, its places kept: 5.10 stays 5.10. Raises ValueError."""
    try:
        return Decimal(text.translate(_WIDE).replace(",", "").replace("，", ""))
    except InvalidOperation as error:
        raise ValueError(f"不是数字：{text}") from error


def _share(text: str) -> Decimal | None:
    """三分之一, 百分之三十, 千分之五, 三成, 三成五."""
    if found := _FRACTION.fullmatch(text):
        return parse(found[2]) / parse(found[1])
    if found := _TENTHS.fullmatch(text):
        rest = Decimal(5) if found[2] == "半" else parse(found[2]) if found[2] else Decimal(0)
        return parse(found[1]) / 10 + rest / 100
    return None


def _mixed(text: str) -> Decimal:
    """A numeral with its magnitudes, read from left to right: what stands before 万 or 亿 is multiplied as a whole."""
    for short, full in CONTRACTED.items():
        text = text.replace(short, full)
    whole, point, fraction = text.partition("点")
    if point:
        return _decimal_point(whole, fraction)
    if len(text) > 1 and all(char in DIGITS for char in text):
        return Decimal("".join(str(DIGITS[char]) for char in text))
    total, section, digit, last = Decimal(0), Decimal(0), None, 1
    position = 0
    while position < len(text):
        piece = _PIECES.match(text, position)
        if piece is None:
            raise ValueError(f"不是数字：{text}")
        position = piece.end()
        if piece["arabic"] or piece["chinese"]:
            if digit is not None and digit != 0:
                raise ValueError(f"不是数字：{text}")
            digit = arabic(piece["arabic"]) if piece["arabic"] else Decimal(DIGITS[piece["chinese"]])
        elif piece["tens"]:
            last = TENS[piece["tens"]]
            section += (Decimal(1) if digit is None else digit) * last
            digit = None
        else:
            last = MYRIADS[piece["myriads"]]
            section += digit or 0
            if not section and not total:
                raise ValueError(f"不是数字：{text}")
            total = (total + section) * last if last > total or not total else total + section * last
            section, digit = Decimal(0), None
    return total + section + _tail(digit, last, text)


def _tail(digit: Decimal | None, last: int, text: str) -> Decimal:
    """The last digit; after a magnitude without 零 it counts tenths of it: 一百二 = 120, 两万三 = 23000."""
    if digit is None:
        return Decimal(0)
    if last > 10 and digit < 10 and text[-1] in DIGITS and text[-2:-1] not in DIGITS:
        return digit * last / 10
    return digit


def _decimal_point(whole: str, fraction: str) -> Decimal:
    """三点五, 一点二五万."""
    scale = 1
    if fraction and fraction[-1] in MYRIADS:
        scale, fraction = MYRIADS[fraction[-1]], fraction[:-1]
    if not fraction or not all(char in DIGITS for char in fraction):
        raise ValueError(f"不是数字：{whole}点{fraction}")
    digits = "".join(str(DIGITS[char]) for char in fraction)
    return (parse(whole) + Decimal(f"0.{digits}")) * scale
