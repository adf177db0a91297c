"""Questions that sentences answer: lists, progress, causes, difficulties, overviews."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.inquiry import Kind, Line, Plan, Query
from knowledge.model import DocumentInfo, ParagraphKind, Passage, Status, WorkStatus
from knowledge.plan.finder import Finder, end, of_time

_MOST = 900
_FAIRLY = 0.4  # coverage of a theme by a difficulty that is enough where no sentence fits better
_NO_THEME = re.compile(
    "^(?:经济|社会|发展|主要|存在|工业|企业|运行|全县|全市|当前|目前|面临|问题|困难|突出|工作|上|和|方面|县|市|局|的|我们|上半年|总体)*$"
)
_FIELD = re.compile("(?:工作|事业|领域|系统|行业|战线)$")
_LATE = re.compile("滞后|落后|拖后|没跟上|慢了")
_PLAN_ONLY = re.compile("(?:下一?步|下阶段|今后|后续|接下来|工作|重点|主要|明年|下半年)+")
_PLAN_WORDS = re.compile("打算|计划|思路|安排|下一步|工作要点|重点工作")


def said(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    """The sentences that answer, or that nothing does."""
    chosen = of_time(query, docs)
    if not chosen:
        return Plan(Status.NOT_FOUND, query.kind, query, reason="period")
    if query.kind is Kind.DIFFICULTY:
        return _difficulties(query, finder, chosen)
    if query.kind is Kind.OVERVIEW:
        return _overview(query, finder, chosen)
    return _sentences(query, finder, chosen)


def _sentences(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    if made := _behind(query, finder, docs):
        return made
    lines = _under_heading(query, finder, docs) or best_lines(query, finder, docs)
    if not lines:
        near = tuple(finder.lines(query.content, docs)[:3])
        return Plan(
            Status.NOT_FOUND, query.kind, query, near_lines=near, near=tuple(finder.figures(query.content, docs)[:3])
        )
    return Plan(
        Status.ANSWERED,
        query.kind,
        query,
        lines=tuple(lines),
        trace=tuple(f"{line.recall:.2f} {line.quote[:40]}" for line in lines),
    )


def _behind(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan | None:
    """Which tasks lag behind, where nothing else is looked up."""
    if not _LATE.search(query.plain) or not (query.bare or finder.faint(query.content)):
        return None
    for doc in docs[:1]:
        rows = [item for item in finder.work_items(doc) if item.status is WorkStatus.BEHIND]
        if rows:
            items = tuple((doc, item) for item in rows[:12])
            return Plan(Status.ANSWERED, query.kind, query, work_items=items, reason="进度滞后的有：")
    return None


def _under_heading(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[Line]:
    """What stands under a heading that says just what is asked for: 下半年工作思路."""
    asked = "".join(query.content)
    left = tuple(piece for piece in query.content if not _PLAN_ONLY.fullmatch(piece))
    if query.kind is Kind.LIST and _PLAN_WORDS.search(query.plain) and finder.faint(left):
        return _plans(query, finder, docs)
    if (
        query.kind is not Kind.LIST
        or len(asked) < 3
        or not re.search("方面|内容|举措|措施|工作|思路|打算|安排", query.plain)
    ):
        return []
    for doc in docs[:2]:
        for passage in reversed(finder.passages(doc)):
            if passage.paragraph.kind is ParagraphKind.HEADING and _says(passage.text, asked):
                return [under(passage, finder)]
    return []


def _plans(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[Line]:
    """What the summary says under its heading on what comes next."""
    for doc in docs[:2]:
        for passage in reversed(finder.passages(doc)):
            if passage.paragraph.kind is ParagraphKind.HEADING and _PLAN_WORDS.search(passage.text):
                return [under(passage, finder)]
    return []


def under(passage: Passage, finder: Finder) -> Line:
    """A heading with what stands under it, or only the heads of that where it is long."""
    return Line(passage, _list_after(passage, finder), 1, 1, passage.paragraph.section, passage.text)


def _says(heading: str, asked: str) -> bool:
    pairs = [asked[at : at + 2] for at in range(len(asked) - 1)]
    return sum(pair in heading for pair in pairs) >= 0.8 * len(pairs)


def best_lines(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[Line]:
    """The sentences of the document that fits best, with what belongs to them."""
    if query.bare or finder.faint(query.content):
        return []
    found = finder.lines(query.content, docs)
    if query.kind is Kind.LIST:
        found = sorted(found, key=lambda line: -line.score - _listing(line.quote))
    if not found or found[0].recall < finder.limits.quote:
        return []
    doc = _meant(query, found, docs)
    lines = [
        line
        for line in found
        if line.passage.doc.doc_id == doc.doc_id and line.recall >= max(finder.limits.quote, found[0].recall - 0.25)
    ]
    lines = _wider(query, lines, finder)
    out: list[Line] = []
    size = 0
    for line in lines[:4]:
        if out and size + len(line.quote) > _MOST:
            break
        out.append(line)
        size += len(line.quote)
    return out


def _listing(quote: str) -> float:
    """How much a sentence looks like a list."""
    if quote.endswith(("：", ":")):
        return 0.06
    return 0.03 if quote.count("、") >= 2 or re.search("包括|分别[是为]", quote) else 0.0


_EITHER = re.compile("([一-鿿]{2})还是([一-鿿]{2})")


def either(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> list[Line]:
    """加快还是回落: the sentence that holds one of the two."""
    found = _EITHER.search(query.plain)
    if not found:
        return []
    rest = tuple(re.sub(f"{found[1]}|{found[2]}|还是", "", piece) for piece in query.content)
    tries = [finder.lines((*(piece for piece in rest if piece), word), docs)[:1] for word in found.groups()]
    lines = sorted((line for row in tries for line in row), key=lambda line: -line.recall)
    return [_extended(line, finder) for line in lines[:1] if line.recall >= finder.limits.quote]


def _meant(query: Query, found: Sequence[Line], docs: Sequence[DocumentInfo]) -> DocumentInfo:
    """Of the documents that have about as good a sentence: the one of the time asked for, else the latest."""
    best: dict[int, float] = {}
    for line in found:
        best[line.passage.doc.doc_id] = max(best.get(line.passage.doc.doc_id, 0), line.recall)
    good = [doc for doc in docs if best.get(doc.doc_id, 0) >= max(best.values()) - 0.12]
    return good[0] if query.periods else max(good, key=end)


def _wider(query: Query, lines: Sequence[Line], finder: Finder) -> list[Line]:
    """Sentences with their paragraph where it is short; a sentence that announces a list with the list."""
    out: list[Line] = []
    seen: set[int] = set()
    top = max((line.recall for line in lines), default=0)
    for line in lines:
        index = line.passage.paragraph.index
        if index in seen or line.recall < top - (0.1 if out else 1):
            continue
        seen.add(index)
        out.append(_extended(line, finder))
    return out


def _extended(line: Line, finder: Finder) -> Line:
    whole = line.passage.text.strip()
    if line.passage.paragraph.kind is ParagraphKind.TABLE_ROW:
        return line
    if line.quote.endswith(("：", ":")):
        return _with(line, _list_after(line.passage, finder, line.quote))
    if len(whole) < 22:
        return _with(line, _list_after(line.passage, finder))
    if len(whole) <= 420:
        return _with(line, whole)
    at = whole.find(line.quote)
    if at < 0:
        return line
    cut = [found.end() for found in re.finditer("[。！？]", whole)]
    stop = max((place for place in cut if place <= at + 420), default=at + len(line.quote))
    return _with(line, whole[at : max(stop, at + len(line.quote))])


def _with(line: Line, quote: str) -> Line:
    return Line(line.passage, quote, line.score, line.recall, line.section, line.whole)


def _list_after(passage: Passage, finder: Finder, first: str = "") -> str:
    """A paragraph that announces a list, with the paragraphs after it, or only their heads where they are long."""
    depth = len(passage.paragraph.section)
    texts: list[str] = []
    headings: list[Passage] = []
    for other in finder.passages(passage.doc):
        if other.paragraph.index <= passage.paragraph.index:
            continue
        if other.paragraph.kind is ParagraphKind.HEADING and len(other.paragraph.section) <= depth and not texts:
            depth = len(other.paragraph.section) - 1
        if other.paragraph.kind is ParagraphKind.HEADING and len(other.paragraph.section) <= depth:
            break
        texts.append(other.text.strip())
        headings += [other] if other.paragraph.kind is ParagraphKind.HEADING else []
    heads = [heading for heading in headings if len(heading.paragraph.section) == depth + 1]
    if len(heads) >= 3:
        texts = [heading.text.strip("# *") for heading in heads]
    texts = texts[:14]
    if sum(map(len, texts)) > _MOST:
        texts = [re.split("[。；]", text)[0] for text in texts]
    out, size = [first or passage.text.strip()], 0
    for text in texts:
        if size + len(text) > _MOST:
            break
        out.append(text)
        size += len(text)
    return "\n".join(out)


# -- difficulties ------------------------------------------------------------------------------------------------------


def _difficulties(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    theme = tuple(piece for piece in query.content if not _NO_THEME.match(piece) and not _own(piece, docs[0]))
    if not theme:
        return _all_difficulties(query, finder, docs)
    if made := _of_theme(query, theme, finder, docs[:4], finder.limits.quote):
        return made
    found = [] if finder.faint(theme) else finder.lines(theme, docs)
    told = [line for line in found if line.recall >= finder.limits.quote and finder.troubled(line.quote)]
    if told:
        doc = _meant(query, told, docs)
        lines = [line for line in told if line.passage.doc == doc and line.recall >= told[0].recall - 0.1]
        return Plan(Status.ANSWERED, query.kind, query, lines=tuple(_wider(query, lines[:3], finder)))
    nothing = Plan(Status.NOT_FOUND, query.kind, query, near_lines=tuple(found[:3]))
    return _of_theme(query, theme, finder, docs[:1], _FAIRLY) or nothing


def _own(piece: str, doc: DocumentInfo) -> bool:
    """Whether a theme is no more than what the whole document is about: 教育 of the education bureau's summary."""
    bare, own = _FIELD.sub("", piece), iter(doc.issuer or doc.title)
    return len(bare) > 1 and all(character in own for character in bare)  # 卫健 of 卫生健康局


def _of_theme(
    query: Query, theme: tuple[str, ...], finder: Finder, docs: Sequence[DocumentInfo], least: float
) -> Plan | None:
    """The difficulties that hold a theme, of the first document that has one."""
    for doc in docs:
        rows = finder.difficulties(doc)
        scores = finder.fits(theme, doc, [f"{row.title} {row.text}" for row in rows])
        top = max(scores, default=0.0)
        if top >= least:
            chosen = dict.fromkeys(
                (doc, row) for recall, row in zip(scores, rows, strict=True) if recall >= max(least, top - 0.08)
            )
            return Plan(Status.ANSWERED, query.kind, query, difficulties=tuple(chosen)[:3])
    return None


def _all_difficulties(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    for doc in docs[:3]:
        if rows := finder.difficulties(doc):
            return Plan(Status.ANSWERED, query.kind, query, difficulties=tuple((doc, row) for row in rows))
    for doc in docs[:3]:
        told = [
            passage
            for passage in finder.passages(doc)
            if re.search("(?:存在|面临|还有|不少)[^。]{0,24}(?:困难|问题|不足|短板|挑战)", passage.text)
        ]
        if told:
            line = Line(told[-1], told[-1].text.strip()[:_MOST], 1, 1, told[-1].paragraph.section, told[-1].text)
            return Plan(Status.ANSWERED, query.kind, query, lines=(line,))
    return Plan(Status.NOT_FOUND, query.kind, query)


# -- overview ----------------------------------------------------------------------------------------------------------


def _overview(query: Query, finder: Finder, docs: Sequence[DocumentInfo]) -> Plan:
    doc = docs[0]
    passages = [
        passage
        for passage in finder.passages(doc)
        if passage.paragraph.kind in (ParagraphKind.TEXT, ParagraphKind.HEADING)
    ]
    if re.search("方面|哪些|什么|啥", query.plain):
        return _headings(query, doc, passages)
    text = [
        passage for passage in passages if passage.paragraph.kind is ParagraphKind.TEXT and passage.paragraph.section
    ]
    if not text:
        text = [passage for passage in passages if passage.paragraph.kind is ParagraphKind.TEXT]
    dense = [passage for passage in text if _figures_in(passage) >= 3] or text
    lines: list[Line] = []
    size = 0
    for passage in dense[:4]:
        quote = passage.text.strip()[: _MOST - size] if not lines else passage.text.strip()
        if lines and size + len(quote) > _MOST:
            break
        lines.append(Line(passage, quote, 1, 1, passage.paragraph.section, passage.text))
        size += len(quote)
    return Plan(Status.ANSWERED if lines else Status.NOT_FOUND, query.kind, query, lines=tuple(lines))


def _figures_in(passage: Passage) -> int:
    return len(re.findall(r"[\dx.]+(?:亿元|万元|%|％|家|个)", passage.text))


def _headings(query: Query, doc: DocumentInfo, passages: Sequence[Passage]) -> Plan:
    heads = []
    for passage in passages:
        paragraph = passage.paragraph
        if paragraph.kind is ParagraphKind.HEADING:
            heads.append(passage.text.strip("# *"))
        elif paragraph.head and re.match(r"[（(][一二三四五六七八九十]+[)）]", passage.text):
            heads.append(passage.text[: paragraph.head.end - paragraph.head.start])
        elif re.match(r"[（(][一二三四五六七八九十]+[)）][^。]{2,40}。", passage.text):
            heads.append(passage.text.split("。")[0])
    if not heads:
        return Plan(Status.NOT_FOUND, query.kind, query)
    quote = "\n".join(dict.fromkeys(heads))[:_MOST]
    first = passages[0]
    line = Line(first, quote, 1, 1, (), quote)
    return Plan(Status.ANSWERED, query.kind, query, lines=(line,), reason="总结主要讲了以下几个方面：")
