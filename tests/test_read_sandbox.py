"""What cannot be read gets a clear sentence, and no file takes the process down."""

import io
import os
import signal
import struct
import subprocess
import sys
import threading
import zipfile
import zlib
from pathlib import Path

import openpyxl
import psutil
import pytest
from documents import docx_file, pdf_file
from ofd_files import lines_file
from word_files import p, word_file

from knowledge.errors import (
    BrokenFile,
    EmptyDocument,
    FileMissing,
    LimitExceeded,
    LockedFile,
    ReadError,
    ScannedFile,
    UnknownFormat,
)
from knowledge.read import Limits, read, read_bytes
from knowledge.read.sandbox import read_bytes_sandboxed, read_sandboxed

_BLOCKS = [("title", "临江县水务局2023年工作总结"), ("text", "全年完成投资12.5亿元，同比增长8.1%。")]


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 14)) + chunk(b"IEND", b"")


def _zip(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return buffer.getvalue()


def _bomb() -> bytes:
    return _zip(word__document_dot_xml=b"<w:document>" + b" " * 60_000_000)


def _scanned_pdf() -> bytes:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for _ in range(2):
        canvas.drawImage(ImageReader(io.BytesIO(_png())), 0, 0, 500, 800)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _locked_pdf() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(100, 700, "GDP 5")
    canvas.save()
    return buffer.getvalue()


def _locked_zip() -> bytes:
    data = bytearray(word_file(p("投资5亿元")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + offset] |= 1
            start = data.find(mark, start + 4)
    return bytes(data)


def _compound(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1500 + stream.encode("utf-16-le") + b"\0" * 500


_REFUSED = {
    "empty": (b"", EmptyDocument, "空文件"),
    "blank": (b" \r\n\t\n", EmptyDocument, "空文件"),
    "picture": (_png(), UnknownFormat, "图片.*文字识别"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF" + b"\1" * 50, UnknownFormat, "图片"),
    "archive of documents": (_zip(a=b"1"), UnknownFormat, "解压"),
    "rar": (b"Rar!\x1a\x07\0" + b"\1" * 50, UnknownFormat, "解压"),
    "slides": (_zip(ppt__presentation_dot_xml=b"<p/>"), UnknownFormat, "演示文稿"),
    "program": (b"MZ\x90\0" + b"\0" * 200, UnknownFormat, "程序"),
    "noise": (bytes(range(128, 256)) * 30, UnknownFormat, "请"),
    "scanned pdf": (_scanned_pdf(), ScannedFile, "扫描件.*OCR"),
    "pdf with a password": (_locked_pdf(), LockedFile, "密码"),
    "word with a password": (_compound("EncryptedPackage"), LockedFile, "密码"),
    "archive with a password": (_locked_zip(), LockedFile, "密码"),
    "cut docx": (docx_file(_BLOCKS)[:9000], BrokenFile, "另存"),
    "cut ofd": (lines_file(_BLOCKS)[:900], BrokenFile, "另存"),
    "ofd without pages": (
        _zip(OFD_dot_xml=b"<OFD><DocBody><DocRoot>D.xml</DocRoot></DocBody></OFD>"),
        BrokenFile,
        "另存",
    ),
    "encrypted ofd": (_zip(OFD_dot_xml=b"<OFD/>", Encryptions_dot_xml=b"<E/>"), LockedFile, "加密"),
    "broken pdf": (b"%PDF-1.4\n" + b"garbage " * 100, BrokenFile, "损坏"),
    "broken xls": (_compound("Workbook"), BrokenFile, "损坏"),
    "broken xlsx": (_zip(xl__workbook_dot_xml=b"<workbook"), BrokenFile, "损坏"),
    "entities in xml": (
        word_file(p("&b;")),
        BrokenFile,
        "另存",
    ),
}


@pytest.mark.parametrize("case", _REFUSED)
def test_each_fault_has_its_own_sentence(case: str) -> None:
    data, error, sentence = _REFUSED[case]
    with pytest.raises(error, match=sentence) as caught:
        read_bytes(data, "总结.docx")
    assert type(caught.value) is error
    assert str(caught.value).endswith("。")


@pytest.mark.parametrize("case", ["picture", "scanned pdf", "cut docx", "pdf with a password"])
def test_faults_are_the_same_from_the_other_process(case: str) -> None:
    data, error, sentence = _REFUSED[case]
    with pytest.raises(error, match=sentence) as caught:
        read_bytes_sandboxed(data, "总结.docx")
    assert type(caught.value) is error


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match="找不到文件"):
        read(tmp_path / "没有.docx")
    with pytest.raises(FileMissing, match="文件夹"):
        read_sandboxed(tmp_path)


@pytest.mark.parametrize(
    ("data", "limits", "sentence"),
    [
        (b"5" * 2000, Limits(max_bytes=1000), "超过 0.000954 MB"),
        ("投资5亿元。".encode() * 300, Limits(max_characters=1000), "1000 字"),
        (pdf_file(_BLOCKS * 60), Limits(max_pages=2), "2 页"),
        (lines_file(_BLOCKS * 60), Limits(max_pages=2), "2 页"),
        (word_file(p(" " * 30_000_000)), Limits(), "压缩炸弹"),
        (docx_file(_BLOCKS), Limits(max_unpacked=10_000), "压缩炸弹"),
    ],
)
def test_limits_have_their_sentences(data: bytes, limits: Limits, sentence: str) -> None:
    with pytest.raises(LimitExceeded, match=sentence):
        read_bytes(data, "总结", limits)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = _bomb()
    before = psutil.Process().memory_info().rss
    with pytest.raises(LimitExceeded):
        read_bytes(bomb, "总结.docx")
    assert psutil.Process().memory_info().rss - before < 40_000_000


def test_a_workbook_bomb_of_empty_cells_is_refused() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.cell(1_000_000, 16_000, "5")
    buffer = io.BytesIO()
    workbook.save(buffer)
    with pytest.raises(LimitExceeded, match="单元格"):
        read_bytes(buffer.getvalue(), "a.xlsx")


# -- the other process -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [docx_file(_BLOCKS), pdf_file(_BLOCKS), lines_file(_BLOCKS), "投资5亿元".encode("gbk")]
)
def test_both_ways_of_reading_agree(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "总结 1.docx"
    path.write_bytes(data)
    assert read_sandboxed(path) == read_bytes(data, path.name)


def _endless_page() -> bytes:
    """A table whose cells claim to reach over all others."""
    rows = "".join(f"<tr>{'<td rowspan=900 colspan=90>5</td>' * 40}</tr>" for _ in range(400))
    return f"<html><body><table>{rows}</table></body></html>".encode()


def test_too_little_memory_ends_in_a_sentence() -> None:
    with pytest.raises(LimitExceeded, match="内存"):
        read_bytes_sandboxed(_endless_page(), "a.html", Limits(max_memory_mb=120))


def test_too_little_time_ends_in_a_sentence() -> None:
    with pytest.raises(LimitExceeded, match="时间"):
        read_bytes_sandboxed(_endless_page(), "a.html", Limits(max_seconds=0.2, max_memory_mb=4000))


def test_a_killed_child_ends_in_a_sentence() -> None:
    """The child that reads an endless page is killed from outside, as the kernel does when memory runs out."""
    caught: list[Exception] = []

    def work() -> None:
        try:
            read_bytes_sandboxed(_endless_page(), "a.html", Limits(max_memory_mb=4000))
        except ReadError as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    child: list[psutil.Process] = []
    while thread.is_alive() and not child:
        child = [one for one in psutil.Process().children() if "knowledge.read.worker" in " ".join(one.cmdline())]
    os.kill(child[0].pid, signal.SIGKILL)
    thread.join(20)
    assert [type(error) for error in caught] == [LimitExceeded]


def test_no_child_stays_behind_and_no_secret_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANBAO_TOKEN", "1:secret")
    program = "import os, knowledge.read.sandbox as s; print(sorted(s.environment()))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "JIANBAO_TOKEN" not in shown
    assert "PYTHONPATH" in shown
    read_bytes_sandboxed(b"GDP 5", "a.txt")
    assert not [one for one in psutil.Process().children() if "knowledge.read.worker" in " ".join(one.cmdline())]


def test_asking_never_loads_the_readers() -> None:
    program = (
        "import sys, knowledge.read, knowledge.read.sandbox\n"
        "readers = ('docx', 'lxml', 'pdfplumber', 'pypdfium2', 'openpyxl', 'xlrd')\n"
        "print([name for name in readers if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
