"""difficulties: Document -> the problems that it states, in sections on problems or admitted in running text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from knowledge.extract.listing import Item, listed, title_of
from knowledge.extract.words import words
from knowledge.model import Difficulty, Document, Paragraph, ParagraphKind, Span

_MARKED = re.compile(
    r"^\**(?:[一二三四五六七八九十]+[是、]|[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.、．]|——|第[一二三四五六七八九十]|[①-⑳]|\*\*)"
)
_COLON = re.compile(r"[：:]\**")
_LEAD = re.compile(r"(?:主要|突出|集中|具体)?(?:是|有|表现在|表现为|体现在|反映在)[，,]?(?=.{4,}[；，])")
_SEEN = re.compile(r".{0,60}?(?:认识到?|看到|意识到|注意到)[，,]?")
_COMMA = re.compile(r"[，,]")
_NEAR = 36
_INNER_TITLE = re.compile(
    r"(?:存在|面临|主要|当前|突出|困难|问题|不足|短板).{0,8}(?:问题|困难|不足|短板|挑战|差距)$|(?:问题|困难|不足)$"
)
_LIST = re.compile(r"\**(?:一是.*二是|第一[，、].*第二[，、])")
_CHAPTER = re.compile(r"\**[一二三四五六七八九十]+、")
_MAX_FOLLOWING = 12


def difficulties(document: Document) -> tuple[Difficulty, ...]:
    """Every problem that the document states, in order, each with its title and exact text."""
    found = itertools.chain(_of_sections(document), _of_admissions(document))
    return tuple(sorted(found, key=lambda difficulty: difficulty.span))


# -- sections ----------------------------------------------------------------------------------------------------------


def _of_sections(document: Document) -> Iterator[Difficulty]:
    def key(paragraph: Paragraph) -> tuple[str, ...]:
        return paragraph.section[: _depth(paragraph.section)]

    for section, group in itertools.groupby(document.paragraphs, key):
        if section:
            outlook = not names_problems(section[-1])
            for difficulty in _of_section(document, section, tuple(group)):
                if not outlook or words("difficulty")["negative"].search(difficulty.title):
                    yield difficulty


@lru_cache(4096)
def _depth(path: tuple[str, ...]) -> int:
    """How much of a path leads to a heading that names problems; 0 if none does or a plan stands below it."""
    for index, label in enumerate(path):
        if names_problems(label) or words("difficulty")["outlook"].search(label):
            below = path[index + 1 :]
            if any(words("plan")["heading"].search(inner) for inner in below):
                return 0
            deeper = bool(below) and bool(_INNER_TITLE.match(title_of(below[0], whole=True)))
            return index + 1 + deeper
    return 0


@lru_cache(4096)
def names_problems(label: str) -> bool:
    """Whether a heading names problems, and not what is done about them."""
    table = words("difficulty")
    return bool(table["heading"].search(label)) and not table["not_heading"].search(label)


def _of_section(document: Document, section: tuple[str, ...], group: Sequence[Paragraph]) -> Iterator[Difficulty]:
    """The parts of a section on problems: by its sub-headings, else by lists, else by paragraphs."""
    depth = len(section)
    body = [p for p in group if p.kind is not ParagraphKind.HEADING or len(p.section) > depth]
    if not body:
        return
    if not any(len(p.section) > depth for p in body):
        yield from _unheaded(document, section, body)
        return
    for path, group_of_path in itertools.groupby(body, lambda p: p.section[: depth + 1]):
        run = tuple(group_of_path)
        if len(path) > depth and len(run) == 1 and _is_list(run[0].span.of(document.text)):
            items = listed(document.text, run[0].sentences)
            yield from (_difficulty(document, item, section, run[0]) for item in items)
        elif len(path) > depth:
            yield _headed(document, path, run)


def _headed(document: Document, path: tuple[str, ...], run: Sequence[Paragraph]) -> Difficulty:
    texts = [p for p in run if p.kind is not ParagraphKind.HEADING] or list(run)
    span = Span(texts[0].span.start, texts[-1].span.end)
    return Difficulty(title_of(path[-1], whole=True), span.of(document.text), path, texts[0].index, span)


def _unheaded(document: Document, section: tuple[str, ...], body: Sequence[Paragraph]) -> Iterator[Difficulty]:
    texts = [p for p in body if p.kind is ParagraphKind.TEXT]
    for paragraph in texts:
        text = paragraph.span.of(document.text)
        if text.endswith(("：", ":")) and len(texts) > 1:
            continue
        items = listed(document.text, _remainder(document.text, paragraph, 0) or paragraph.sentences)
        if len(texts) > 1 and (len(items) < 2 or not (_is_list(text) or text.count("；") > 1)):
            items = (Item(title_of(text), paragraph.span),)
        yield from (_difficulty(document, item, section, paragraph) for item in items)


def _is_list(text: str) -> bool:
    """Whether one line holds a list from its start on: 一是…；二是…"""
    return bool(_LIST.match(text))


# -- admissions in running text ----------------------------------------------------------------------------------------


def _of_admissions(document: Document) -> Iterator[Difficulty]:
    for paragraph in document.paragraphs:
        if paragraph.kind is not ParagraphKind.TEXT or _depth(paragraph.section):
            continue
        at = _admission(document.text, paragraph)
        if at is None:
            continue
        sentence = paragraph.sentences[at]
        remainder = _remainder(document.text, paragraph, at)
        told = sentence.of(document.text)
        if _is_statement(told):
            yield _difficulty(document, Item(title_of(told), sentence), paragraph.section, paragraph)
        if remainder:
            items = listed(document.text, remainder)
            yield from (_difficulty(document, item, paragraph.section, paragraph) for item in items)
        else:
            yield from _following(document, paragraph)


def _admission(text: str, paragraph: Paragraph) -> int | None:
    """The number of the sentence that admits problems, or None."""
    table, may_admit = words("difficulty"), _may_admit()
    if not may_admit.search(text, *paragraph.span):
        return None  # so it is with nine paragraphs of ten: no need to go through their sentences
    sentences = [span.of(text) for span in paragraph.sentences]
    for index, sentence in enumerate(sentences):
        if not may_admit.search(sentence):
            continue
        after = sentences[index + 1] if index + 1 < len(sentences) else ""
        if not table["not_opener"].search(sentence) and (_opens(sentence) or _opens_list(sentence, after)):
            return index
    return None


@cache
def _may_admit() -> re.Pattern[str]:
    """What every sentence that admits problems has."""
    table = words("difficulty")
    return re.compile(f"{table['opener_problem'].pattern}|{table['statement'].pattern}")


def _opens_list(sentence: str, after: str) -> bool:
    table = words("difficulty")
    weak = table["weak_opener"].search(sentence)
    if weak is None or words("plan")["promise"].search(sentence):
        return False
    return bool(table["list_begins"].search(sentence[weak.end() :]) or table["list_begins"].match(after))


def _remainder(text: str, paragraph: Paragraph, at: int) -> tuple[Span, ...]:
    """The sentences of the list that an admission opens, up to what is said on remedies."""
    table = words("difficulty")
    first, *others = paragraph.sentences[at:]
    start = _list_start(first.of(text))
    rest = [] if start is None else [Span(first.start + start, first.end)]
    for span in others:
        if table["resolution"].search(span.of(text).lstrip("*")):
            break
        rest.append(_without_opener(text, span))
    return tuple(rest)


def _list_start(sentence: str) -> int | None:
    """Where in the sentence that admits problems their list begins; None if it only announces them."""
    if _is_statement(sentence):
        return None
    if not _opens(sentence) and not words("difficulty")["weak_opener"].search(sentence):
        return 0
    problem = words("difficulty")["opener_problem"].search(sentence)
    after = problem.end() if problem else 0
    for pattern in (_COLON, _LEAD):
        found = pattern.search(sentence, after)
        if found and found.end() < len(sentence) - 4:
            return found.end()
    seen = _SEEN.match(sentence)
    if "；" not in sentence or seen is None:
        return None
    comma = _COMMA.search(sentence, after)
    return comma.end() if comma and after < seen.end() + _NEAR and comma.end() < sentence.index("；") else seen.end()


def _opens(sentence: str) -> bool:
    table = words("difficulty")
    strong = table["opener"].search(sentence) and table["opener_problem"].search(sentence)
    return bool(strong or table["statement"].search(sentence))


def _is_statement(sentence: str) -> bool:
    """Whether the sentence is a problem itself (a target was missed), and no list follows within it."""
    return bool(words("difficulty")["statement"].search(sentence)) and not re.search("[；：]", sentence)


def _without_opener(text: str, span: Span) -> Span:
    """A sentence without the 主要是： that leads into the list."""
    found = words("difficulty")["list_opener"].match(span.of(text).lstrip("*"))
    return Span(span.start + found.end(), span.end) if found else span


def _following(document: Document, paragraph: Paragraph) -> Iterator[Difficulty]:
    """The list stands in the lines after the admission, each with a mark of its own."""
    after = document.paragraphs[paragraph.index + 1 : paragraph.index + 1 + _MAX_FOLLOWING]
    for line in after:
        text = line.span.of(document.text)
        if line.kind is ParagraphKind.TABLE_ROW or not _MARKED.match(text) or _CHAPTER.match(text):
            return
        yield _difficulty(document, Item(title_of(text), line.span), paragraph.section, line)


def _difficulty(document: Document, item: Item, section: tuple[str, ...], paragraph: Paragraph) -> Difficulty:
    return Difficulty(item.title, item.span.of(document.text), section, paragraph.index, item.span)
