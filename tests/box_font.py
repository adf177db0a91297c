"""Makes knowledge/read/fonts/box.ttf: boxes for all characters, for text whose font is not in the file."""

from __future__ import annotations

import io
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

_NARROW, _WIDE = range(0x21, 0x2E80), range(0x2E80, 0x10000)
_CHINESE = 1 << 17 | 1 << 18 | 1 << 19 | 1 << 20 | 1 << 21  # OS/2: the code pages of Japan, China, Korea and Taiwan


def box_font() -> bytes:
    """The font, the same bytes each time."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "narrow", "wide"])
    builder.setupCharacterMap({0x4E00: "wide"})
    builder.setupGlyf({".notdef": _box(1000), "narrow": _box(500), "wide": _box(1000)})
    builder.setupHorizontalMetrics({".notdef": (1000, 60), "narrow": (500, 60), "wide": (1000, 60)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Jianbao Box", "styleName": "Regular", "psName": "JianbaoBox"})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    builder.font["OS/2"].ulCodePageRange1 = _CHINESE
    builder.setupPost()
    builder.font["cmap"].tables.append(_all_to_one())
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.font.save(out)
    return out.getvalue()


def _box(width: int) -> Any:
    pen = TTGlyphPen(None)
    pen.moveTo((60, -80))
    for corner in ((60, 800), (width - 60, 800), (width - 60, -80)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def _all_to_one() -> CmapSubtable:
    """A character map of format 13, which leads whole ranges to one glyph."""
    table = CmapSubtable.newSubtable(13)
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.reserved = table.length = table.nGroups = 0
    table.cmap = dict.fromkeys(_NARROW, "narrow") | dict.fromkeys(_WIDE, "wide")
    return table
