"""Web pages."""

import tomllib
from pathlib import Path

import pytest

from knowledge.errors import BrokenFile, EmptyDocument
from knowledge.read import read_bytes

_CASES = tomllib.loads((Path(__file__).parent / "cases" / "pages.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", _CASES, ids=[case["label"] for case in _CASES])
def test_page_gives_its_main_text(case: dict[str, object]) -> None:
    source = read_bytes(str(case["html"]).strip().encode(), "page.html")
    assert source.text.split("\n") == case["lines"]
    assert source.title == case.get("title", source.title)
    assert source.media_type == "text/html"


@pytest.mark.parametrize("declared", ["gb2312", "utf-8", "big5"])
def test_the_bytes_count_and_not_what_a_page_declares(declared: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?><html><head><meta charset="{declared}"></head>'
    page = head + "<body><p>完成投资5亿元，同比增长3%。</p></body></html>"
    assert read_bytes(page.encode("gb18030"), "a.html").text == "完成投资5亿元，同比增长3%。"


def test_page_without_text_is_empty() -> None:
    with pytest.raises(EmptyDocument, match="没有文字"):
        read_bytes(b"<html><body><script>1</script></body></html>", "a.html")


def test_deep_nesting_is_read() -> None:
    page = "<html><body>" + "<div>" * 200 + "<p>投资5亿元</p>" + "</div>" * 200
    assert read_bytes(page.encode(), "a.html").text == "投资5亿元"


def test_web_archive_gives_its_page() -> None:
    archive = (
        b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="=_b"\n\n--=_b\n'
        b'Content-Type: text/html; charset="gb2312"\nContent-Transfer-Encoding: quoted-printable\n\n'
    )
    page = "<html><body><p>完成投资5亿元。</p></body></html>".encode("gbk")
    quoted = b"".join(b"=%02X" % byte for byte in page)
    folded = b"=\n".join(quoted[i : i + 72] for i in range(0, len(quoted), 72))
    source = read_bytes(archive + folded + b"\n--=_b--\n", "总结.mht")
    assert source.text == "完成投资5亿元。"
    with pytest.raises(BrokenFile, match="没有正文"):
        read_bytes(archive.split(b"--=_b")[0] + b"\n--=_b\nContent-Type: image/png\n\nabc\n--=_b--\n", "总结.mht")


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("2021年1-6月工作总结", "2021年1-6月工作总结"),
        ("2021年1-6月工作总结_临江县水务局", "2021年1-6月工作总结"),
        ("2021年工作总结 - 临江县人民政府", "2021年工作总结"),
        ("2021年工作总结--临江水利网", "2021年工作总结"),
        ("2021年工作总结——在全县水利会议上的报告", "2021年工作总结——在全县水利会议上的报告"),
    ],
)
def test_a_title_loses_the_site_and_nothing_else(title: str, read: str) -> None:
    page = f"<html><head><title>{title}</title></head><body><p>完成投资5亿元。</p></body></html>"
    assert read_bytes(page.encode(), "a.html").title == read
