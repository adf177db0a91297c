"""Web pages: the main text without menus and footers, headings and lists as lines, tables with merged cells filled."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html as lxml_html
from lxml.html import HtmlElement

from knowledge.errors import BrokenFile
from knowledge.read.content import Content
from knowledge.read.encoding import decode
from knowledge.read.tables import is_figure, markdown

_DROPPED = frozenset(
    {
        "script",
        "style",
        "nav",
        "footer",
        "aside",
        "button",
        "select",
        "option",
        "input",
        "textarea",
        "iframe",
        "noscript",
        "template",
        "svg",
        "canvas",
        "object",
        "audio",
        "video",
        "head",
        "title",
        "link",
        "meta",
        "del",
        "s",
        "strike",
        "map",
    }
)
_BLOCKS = frozenset(
    {
        "address",
        "article",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
    }
)
_CHROME = re.compile(
    r"(?:^|[\W_])(?:nav|navbar|menu|footer|foot|breadcrumb|crumbs?|share|sidebar|copyright|pagination|toolbar|"
    r"bdsharebuttonbox|related|ewm|qrcode|topbar|dangqianweizhi)(?:$|[\W_])",
    re.IGNORECASE,
)
_MAIN = re.compile(
    r"(?:^|\s)(?:TRS_Editor|trs_editor_view|TRS_UEDITOR|zoom|UCAP-CONTENT|article[-_]?(?:content|con|body|main|text)|"
    r"news[-_]?(?:content|con|body|text)|(?:main|text|detail|view|pages?)[-_]?content|Custom_UnionStyle|bt-content|xxgk_content|"
    r"con_text|v_news_content|vsb_content\w*|content_body|conTxt)(?:$|\s)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_SITE = re.compile(r"\s*[_|]+\s*[^_|]{2,}$|\s*[-—–]+\s*[^-—–_|]*(?:网|网站|政府|平台|门户)$")  # not 1-6月工作总结
_CJK = r"[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…]"
_SOFT_BREAK = re.compile(rf"(?<={_CJK})[ \t]*\n\s*|[ \t]*\n\s*(?={_CJK})")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BREAK = "\x0b"  # a <br>, kept apart from the source's own line ends, which mean nothing


def read_html(data: bytes) -> Content:
    """A page's main text. Raises BrokenFile where there is no page in it."""
    return read_page(decode(data))


def read_page(text: str) -> Content:
    """The main text of a page that is decoded already."""
    try:
        page = lxml_html.document_fromstring(_undeclared(text))
    except (ValueError, lxml_html.etree.LxmlError) as error:
        raise BrokenFile("这个网页文件已损坏，读不出内容，请重新保存网页后再发送。") from error
    title = _title(page)
    _prune(page)
    main = _main(page)
    lines = _lines(main)
    headline = page.findtext(".//h1")
    if main is not page and headline and _tidy(headline) not in lines[:3]:
        lines.insert(0, _tidy(headline))
    return Content("text/html", "\n".join(lines), title=title)


def _undeclared(text: str) -> str:
    """Without an XML declaration: it names the encoding that the bytes had, and lxml refuses it in decoded text."""
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1)


def _title(page: HtmlElement) -> str | None:
    for meta in page.iter("meta"):
        if (meta.get("name") or "").lower() == "articletitle" and meta.get("content"):
            return _tidy(meta.get("content") or "")
    heading = page.find(".//h1")
    if heading is not None and _tidy(heading.text_content()):
        return _tidy(heading.text_content())
    title = _tidy(page.findtext(".//title") or "")
    return _SITE.sub("", title) or None


def _prune(page: HtmlElement) -> None:
    """Take out what is no main text; what holds most of the page is never chrome, whatever its class says."""
    whole = len(page.text_content())
    for element in list(page.iter()):
        parent = element.getparent()
        if parent is None or element.tag in ("body", "html"):
            continue
        if not isinstance(element.tag, str) or _is_chrome(element, whole):
            element.drop_tree() if isinstance(element.tag, str) else _drop_comment(element)


def _drop_comment(element: HtmlElement) -> None:
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _is_chrome(element: HtmlElement, whole: int) -> bool:
    if element.tag in _DROPPED:
        return True
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    return bool(_CHROME.search(names)) and len(element.text_content()) * 2 < whole


def _main(page: HtmlElement) -> HtmlElement:
    """The element marked as the article, if it holds most of the text that is no link; else the page."""
    whole = _weight(page)
    for element in page.iter("article", "main", "div", "td", "section"):
        marked = element.tag in ("article", "main") or _MAIN.search(
            f"{element.get('id') or ''} {element.get('class') or ''}"
        )
        if marked and _weight(element) >= 0.6 * whole:
            return element
    return page


def _weight(element: HtmlElement) -> int:
    links = sum(len(link.text_content()) for link in element.iter("a"))
    return len("".join(element.text_content().split())) - links


def _lines(element: HtmlElement) -> list[str]:
    """Walk the tree: a block element starts a line, a <br> breaks it, a data table becomes a pipe table."""
    lines: list[str] = []
    parts: list[str] = []

    def flush() -> None:
        for line in "".join(parts).split(_BREAK):
            if tidy := _tidy(line):
                lines.append(tidy)
        parts.clear()

    for event, node in _events(element):
        if isinstance(node, str):
            parts.append(node)
        elif node.tag == "br":
            parts.append(_BREAK)
        elif event == "table":
            flush()
            lines.extend(_table(node))
        elif node.tag in _BLOCKS:
            flush()
            if event == "start" and node.tag == "li":
                parts.append(_marker(node))
    flush()
    return lines


def _events(root: HtmlElement) -> Iterator[tuple[str, HtmlElement | str]]:
    """(start | end | table, element) and ("text", characters) in reading order; no recursion: pages nest deeply."""
    stack: list[tuple[str, HtmlElement | str]] = [("open", root)]
    while stack:
        kind, node = stack.pop()
        if isinstance(node, str) or kind != "open":
            yield kind, node
        elif node.tag == "table" and _is_data(node):
            yield "table", node
        else:
            yield "start", node
            stack.append(("end", node))
            for child in reversed(node):
                if child.tail:
                    stack.append(("text", child.tail))
                stack.append(("open", child))
            if node.text:
                stack.append(("text", node.text))


def _marker(item: HtmlElement) -> str:
    """The number that a browser shows before an item of an ordered list."""
    owner = item.getparent()
    if owner is None or owner.tag != "ol":
        return ""
    first = owner.get("start") or "1"
    place = sum(1 for _ in item.itersiblings("li", preceding=True))
    return f"{(int(first) if first.isdecimal() else 1) + place}."


def _tidy(text: str) -> str:
    text = text.replace("\xa0", " ").replace("\u3000", " ")
    return _SPACES.sub(" ", _SOFT_BREAK.sub("", text)).strip()


# -- tables ------------------------------------------------------------------------------------------------------------


def _rows(table: HtmlElement) -> list[HtmlElement]:
    return [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return [child for child in row if child.tag in ("td", "th")]


def _is_data(table: HtmlElement) -> bool:
    """Whether a table holds data, not layout: no table in it, two rows and columns, no essays in cells."""
    if table.find(".//table") is not None:
        return False
    rows = _rows(table)
    if len(rows) < 2 or max((len(_cells(row)) for row in rows), default=0) < 2:
        return False
    return all(len(cell.text_content().strip()) < 400 for row in rows for cell in _cells(row))


def _table(table: HtmlElement) -> list[str]:
    caption = table.find("caption")
    lines = [_tidy(caption.text_content())] if caption is not None and _tidy(caption.text_content()) else []
    return lines + markdown(_grid(_rows(table)), _header_rows(table))


def _header_rows(table: HtmlElement) -> int | None:
    head = table.find("thead")
    if head is not None and len(head.findall("tr")):
        return len(head.findall("tr"))
    height = 0
    for row in _rows(table):
        if not _cells(row) or any(cell.tag != "th" for cell in _cells(row)):
            break
        height += 1
    return height or None


def _grid(rows: list[HtmlElement]) -> list[list[str]]:
    """The cells' texts with rowspan and colspan filled."""
    grid: list[dict[int, str]] = [{} for _ in rows]
    for y, row in enumerate(rows):
        x = 0
        for cell in _cells(row):
            while x in grid[y]:
                x += 1
            text = _cell_text(cell)
            spread = "" if is_figure(text) else text
            for line in grid[y : y + _extent(cell, "rowspan")]:
                for column in range(x, x + _extent(cell, "colspan")):
                    line.setdefault(column, spread)
            grid[y][x] = text
    width = max((max(line, default=-1) + 1 for line in grid), default=0)
    return [[line.get(x, "") for x in range(width)] for line in grid]


def _extent(cell: HtmlElement, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(int(value), 1), 1000) if value.isdecimal() else 1


def _cell_text(cell: HtmlElement) -> str:
    return _tidy(" ".join(_lines(cell)))
