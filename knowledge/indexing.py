"""Makes what asking needs to know of each document after its publication, and stores it: a first look is then a load.

    publish -> which documents of the latest revision lack it -> lay each out -> sheets

It follows the vocabulary and the program; where it is missing, asking lays a document out on the fly and answers alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.lexicon import Lexicon
from knowledge.match.called import Called
from knowledge.match.index import DocumentIndex
from knowledge.match.sheet import pack
from knowledge.match.text import Folder

if TYPE_CHECKING:
    from knowledge.store import KnowledgeStore

BATCH = 16  # documents of one transaction: what an interruption makes be laid out again


def catch_up(store: KnowledgeStore, lexicon: Lexicon, batch: int = BATCH) -> Iterator[int]:
    """Lay out the documents of the latest revision that lack it; gives how many are left, before and after each batch.

    May be left at any time: what is stored stays, the rest is made later. Raises StoreErrors.
    """
    called = Called(lexicon, Folder(lexicon.parts.items()))
    shelf = store.shelf()
    lacking = shelf.unprepared(called.stamp)
    yield len(lacking)
    for start in range(0, len(lacking), batch):
        some = lacking[start : start + batch]
        made = [(version, pack(DocumentIndex(shelf, doc, called).laid_out())) for version, doc in some]
        store.keep_sheets(called.stamp, made)
        yield len(lacking) - start - len(some)
    if lacking:
        store.drop_sheets()
