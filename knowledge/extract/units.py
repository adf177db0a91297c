"""Cutting a paragraph into the clauses that tell of one piece of work each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.extract.words import words
from knowledge.model import Paragraph, Span

_PART = re.compile(r"[^；]+")
_CLAUSE = re.compile(r"[^，]+，?")
_VERB = re.compile(
    r"完成|建成|建立|推进|加快|开展|实施|启动|出台|制定|制订|强化|深化|做好|抓好|举办|召开|新建|新增|谋划|引进|组织|落实|支持|鼓励|推动|"
    r"计划|预计|力争|确保|争取|打造|提升|围绕|根据|按照|通过|对|将|与|以|为|从|在|于|累计|共|已|正|有|是|其中|年度|今年|全年|同时|包括|获|列入|入选|成立|认定|尚未|处置|办理|检查|走访"
)
_START = re.compile(
    r"(?:竣工|扎实|持续|调整|编制|全量|实现|把|每|新改扩|新建|加大|加强|扩建|守住|采取|形成|取消|坚守|安排|改造|发展|坚持|促进|优化|完善|推行|培育|壮大|构建|健全|承办|建好|建设|修建|新开|开工|续建|收购|成功|牢牢|不|做|用好|办好|创建|引导|"
    r"积极|大力|全力|进一步|继续|努力|着力|充分|全面|深入|切实|严格|重点(?!项目|工程)|主动|抓紧|抓|创新|规范|探索|整合|搭建|利用|依托|聚焦|突出|牵头|参与|申报|争创|确定|我们|这|各|所有|一批|并|又|还|也|使|让|被|经|由)"
)
_IN_NAME = re.compile(
    r"(?:(?:提升|推进|服务|处置|支持|共享)(?<=.{4})|与(?<=.{3}))(?=.{0,4}(?:项目|工程|中心|平台|方案))"
)
_QUOTED = re.compile(r"“[^”]*”|《[^》]*》|[（(][^）)]*[）)]")
_LEAD = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]{1,2}[）)]|(?:今年|明年)?年底前|年内|\d{1,2}月底前|目前|其中|同时|此外|另外|一是|二是|三是|四是|五是|六是|截至目前|截止目前|截至[^，]{1,8}底?|现|[\s*“”]+)+[，：:]?"
)
_COLON = re.compile(r"^[^，。；：]{2,16}[：:](?=.{8,})")
_SECOND = re.compile(r"[。；][（(]二[）)]")
_GOES_ON = re.compile(
    r"(?:目前|至今|(?:20\d\d年)?\d{1,2}月[初底中上下旬]*)?，?(?:主体|已|正在|预计|计划|力争|尚未|进度|完成(?:投资|总))"
)
_GAP = re.compile(f"主体|因|受|{_VERB.pattern}")
_LONGEST_NAME = 30


# A clause or sentence on one piece of work: where it stands, in which section, and the work's name where it begins with
# one. A plain tuple, as thousands are made for a document.
Unit = tuple[Span, tuple[str, ...], str | None]


def units(text: str, paragraph: Paragraph) -> Iterator[Unit]:
    """The units of a paragraph: its sentences, cut at ； and where a clause begins with another named work."""
    subject, stop = words("status")["subject"], paragraph.span.end
    named = -1  # where the next word for a work stands: most sentences have none
    head = paragraph.head
    if head and _SECOND.search(text, head.start, stop):
        head = None  # the first of several, not what they stand under
    sections = paragraph.sentence_sections or (paragraph.section,) * len(paragraph.sentences)
    for sentence, section in zip(paragraph.sentences, sections, strict=True):
        if head and sentence.end <= head.end:
            continue
        last: str | None = None
        for start, end in _parts(text, sentence):
            if named < start:
                found = subject.search(text, start, stop)
                named = found.start() if found else stop
            if named < end and end - start >= 3:
                for unit in _by_subject(text, start, end, named, section):
                    last = unit[2] or last
                    yield unit
            else:
                yield _bare(text, start, end), section, last if last and _GOES_ON.match(text, start, end) else None


def _parts(text: str, sentence: Span) -> Sequence[tuple[int, int]]:
    """What stands between the semicolons of a sentence."""
    if text.find("；", sentence.start, sentence.end) < 0:
        return (sentence,)
    return [found.span() for found in _PART.finditer(text, sentence.start, sentence.end)]


def _by_subject(text: str, start: int, stop: int, named: int, section: tuple[str, ...]) -> Iterator[Unit]:
    """Clauses gathered under the name that the first of them begins with; before `named` no name ends."""
    end, subject = start, None
    for clause in _CLAUSE.finditer(text, start, stop):
        name = subject_of(clause[0]) if clause.end() > named or clause.end() - end > _LONGEST_NAME else None
        if name and end > start:
            yield _bare(text, start, end), section, subject
            start = clause.start()
        subject = name or subject
        end = clause.end()
    if end > start:
        yield _bare(text, start, end), section, subject


def _bare(text: str, start: int, end: int) -> Span:
    raw = text[start:end]
    return Span(end - len(raw.lstrip(" \t\u3000")), start + len(raw.rstrip("，； \t\u3000")))


def subject_of(clause: str) -> str | None:
    """The name of the work that a clause begins with, or None where it begins with a verb or names nothing.

    >>> subject_of("云溪智造、东湖2个小微园已开工"), subject_of("建成5G基站162个")
    ('云溪智造、东湖2个小微园', None)
    """
    lead = _LEAD.match(clause)
    bare = clause[lead.end() :] if lead else clause
    found = words("status")["subject"].search(bare, 0, _LONGEST_NAME)
    if found is None or found.end() < 3 or found.end() >= len(bare.rstrip("，。；")):
        return None
    end = _closed(bare, _extended(bare, found.end()))
    name = bare[:end].strip("* ")
    if _START.match(name):
        return None
    return None if _VERB.search(_IN_NAME.sub("", _unquoted(bare[:end]))) else name


def _unquoted(name: str) -> str:
    return _QUOTED.sub("", name)


def _closed(bare: str, end: int) -> int:
    """The end of the name with the marks that it opens closed: 《…工作要点》, 大学（西校区）."""
    for opening, closing in ("《》", "（）", "“”"):
        if (
            opening in bare
            and bare.count(opening, 0, end) > bare.count(closing, 0, end)
            and (stop := bare.find(closing, end)) >= 0
        ):
            return stop + 1
    return end


def _extended(bare: str, end: int) -> int:
    """The end of the name where another kind of work follows at once: 小微园建设工程, 二期项目."""
    while (more := words("status")["subject"].search(bare, end, end + 6)) and not _GAP.search(bare[end : more.end()]):
        end = more.end()
    return end
