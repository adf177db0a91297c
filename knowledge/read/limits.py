"""What reading a file may cost at most; each limit ends in LimitExceeded with a sentence that names it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for one file; the defaults fit a bureau's longest reports with room to spare.

    max_bytes: size of the file itself.
    max_pages: pages of a PDF or OFD, sheets of a workbook.
    max_expansion: how many times larger than the file the contents of an archive (docx, xlsx, ofd) may be; archives
        that unpack to less than 20 MB in all are let pass whatever their ratio.
    max_unpacked: bytes of an archive's contents in all, whatever the ratio.
    max_characters: length of the text that comes out.
    max_seconds: wall-clock time of a reading in a separate process, a converter's run included.
    max_memory_mb: address space of that process.
    """

    max_bytes: int = 50 * 1024 * 1024
    max_pages: int = 500
    max_expansion: int = 100
    max_unpacked: int = 200 * 1024 * 1024
    max_characters: int = 5_000_000
    max_seconds: float = 60.0
    max_memory_mb: int = 1024
