"""The command line as a person and the graders call it: real processes, real files."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import COMMANDS, cli
from handlers.clock import shown_time
from knowledge.store import KnowledgeStore
from tests.shared import ROOT

SAMPLES = sorted((ROOT / "knowledge" / "samples").glob("*.md"))
HEAVY = ("telegram", "docx", "pdfplumber", "pypdfium2", "openpyxl", "matplotlib", "starlette", "distributed")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "县.db"
    assert jianbao("ingest", "--store", path, *SAMPLES).returncode == 0
    return path


def jianbao(*args: object, given: str = "", home: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own, from an empty folder's point of view."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(home or "/nonexistent"), **more}
    environment.pop("JIANBAO_STORE", None) if "JIANBAO_STORE" not in more else None
    command = [sys.executable, "-m", "bot", *map(str, args)]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, encoding="utf-8", cwd=ROOT / "tests", env=environment
    )


def test_extract_prints_the_object_of_the_contract() -> None:
    done = jianbao("extract", SAMPLES[-1], "--json", "--leftovers")
    found = json.loads(done.stdout)
    assert set(found) == {"document", "repairs", "observations", "work_items", "difficulties", "leftovers"}
    assert found["document"]["title"] == "霁川县经济和信息化局2023年前三季度工作总结"
    assert found["document"]["time_period"] == "2023-01/2023-09"
    rubber = [each for each in found["observations"] if each["value"] == "71.95"]
    assert {"indicator", "activity", "ref_area", "measure", "value_text", "unit", "bound", "quote", "section"} <= set(
        rubber[0]
    )
    assert len(found["difficulties"]) == 5


def test_extract_without_json_is_for_reading() -> None:
    lines = jianbao("extract", SAMPLES[-1]).stdout.splitlines()
    assert lines[0] == "霁川县经济和信息化局2023年前三季度工作总结（霁川县经济和信息化局，2023-01/2023-09）"
    assert "困难问题 5 条" in lines


def test_ingesting_again_changes_nothing(store: Path) -> None:
    before = jianbao("export", "--store", store, store.with_suffix(".1")).returncode
    again = jianbao("ingest", "--store", store, *reversed(SAMPLES))
    assert (before, again.returncode) == (0, 0)
    assert "没有变化，仍是第 1 版，共 3 份文件" in again.stdout
    jianbao("export", "--store", store, store.with_suffix(".2"))
    assert store.with_suffix(".1").read_bytes() == store.with_suffix(".2").read_bytes()


def test_one_process_or_several_store_the_same(tmp_path: Path) -> None:
    files = []
    for number in range(6):
        text = SAMPLES[-1].read_text("utf-8").replace("霁川县", f"霁{'甲乙丙丁戊己'[number]}县")
        files.append(tmp_path / f"{number}.md")
        files[-1].write_text(text, "utf-8")
    for workers in (1, 3):
        assert jianbao("ingest", "--workers", workers, "--store", tmp_path / f"{workers}.db", *files).returncode == 0
    facts = []
    for workers in (1, 3):
        with KnowledgeStore.open(tmp_path / f"{workers}.db", readonly=True) as knowledge:
            shelf = knowledge.shelf()
            facts.append([[fact.obs for fact in shelf.document_facts(doc.doc_id)] for doc in shelf.documents()])
    assert facts[0] == facts[1]
    assert len(facts[0]) == 6


def test_bad_files_are_listed_and_do_not_stop_the_rest(tmp_path: Path) -> None:
    (tmp_path / "空.txt").write_bytes(b"")
    (tmp_path / "图.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    done = jianbao(
        "ingest", "--store", tmp_path / "县.db", tmp_path / "空.txt", SAMPLES[0], tmp_path / "图.png", "无.docx"
    )
    assert done.returncode == 2
    assert "读了 1 份，现在是第 1 版，共 1 份文件" in done.stdout
    assert [name for name in ("空.txt", "图.png", "无.docx") if name not in done.stderr] == []
    assert "Traceback" not in done.stderr


def test_asking_answers_with_the_figure_and_its_sentence(store: Path) -> None:
    done = jianbao("ask", "--store", store, "霁川县医化行业产值增长多少")
    assert (done.returncode, done.stderr) == (0, "")
    assert "10.2%" in done.stdout and "2023年1—9月" in done.stdout and "原文" in done.stdout


def test_what_is_not_there_ends_with_1(store: Path) -> None:
    done = jianbao("ask", "--store", store, "霁川县旅游收入是多少")
    assert done.returncode == 1
    assert "没有" in done.stdout


def test_explaining_says_how_it_was_understood(store: Path) -> None:
    plain, explained = (jianbao("ask", "--store", store, *more, "医化行业增速").stdout for more in ((), ("--explain",)))
    assert explained.startswith(plain.strip()) and len(explained) > len(plain)


def test_json_lines_are_answered_in_order_and_keep_their_sessions(store: Path) -> None:
    asked = [
        {"id": "a", "session": "s", "question": "霁川县医化行业产值增长多少"},
        {"id": "b", "question": "霁川县旅游收入是多少"},
        {"id": 3, "session": "s", "question": "那橡塑呢"},
    ]
    done = jianbao("ask", "--store", store, "--jsonl", given="\n".join(map(json.dumps, asked)) + "\n\n")
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [reply["id"] for reply in replies] == ["a", "b", 3]
    assert [reply["status"] for reply in replies] == ["answered", "not_found", "answered"]
    assert [(reply["observations"] or [{}])[0].get("value") for reply in replies] == ["10.2", None, "4.5"]
    wanted = {"id", "status", "text", "observations", "work_items", "difficulties", "sources", "options", "elapsed_ms"}
    assert wanted <= set(replies[0])


@pytest.mark.parametrize("line", ["不是 JSON", "[]", '{"id": 1}', '{"question": 5}'])
def test_a_line_that_is_no_question_is_named(store: Path, line: str) -> None:
    done = jianbao("ask", "--store", store, "--jsonl", given=line)
    assert (done.returncode, done.stdout) == (2, "")
    assert "错误：第 1 行不是问题" in done.stderr


def test_asking_loads_nothing_heavy(store: Path) -> None:
    code = (
        "import sys\n"
        "from bot import cli\n"
        f"code = cli._run(['ask', '--store', {str(store)!r}, '霁川县医化行业产值增长多少'])\n"
        f"print(code, [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr


def test_the_samples_answer_where_no_store_is_named(tmp_path: Path, store: Path) -> None:
    assert "10.2%" in jianbao("ask", "霁川县医化行业产值增长多少", home=tmp_path).stdout
    assert (tmp_path / "jianbao" / "samples.db").exists()
    elsewhere = jianbao("ask", "霁川县医化行业产值增长多少", home=tmp_path, JIANBAO_STORE=str(tmp_path / "无.db"))
    assert (elsewhere.returncode, "没有找到数据文件" in elsewhere.stderr) == (2, True)


def test_the_demo_shows_a_dozen_questions_and_the_digest(tmp_path: Path) -> None:
    done = jianbao("demo", home=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n问：") >= 11
    wanted = (
        "10.2%",
        "4.5%",
        "第3位",
        "82.5%",
        "技改投资增速多少”理解",
        "xx.x亿元",
        "没有提到",
        "—— 周报 ——",
    )
    assert [text for text in wanted if text not in done.stdout] == []


def test_chat_answers_and_numbers_press_buttons(store: Path, tmp_path: Path) -> None:
    done = jianbao(
        "chat", "--store", store, given="霁川县医化行业产值增长多少\n那橡塑呢\n999\n再见\n还在吗\n", home=tmp_path
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert "10.2%" in done.stdout and "4.5%" in done.stdout and "还在吗" not in done.stdout


def test_revisions_and_rollback(tmp_path: Path) -> None:
    path = tmp_path / "县.db"
    jianbao("ingest", "--store", path, SAMPLES[0], "--why", "首次")
    jianbao("ingest", "--store", path, SAMPLES[1])
    back = jianbao("rollback", 1, "--store", path, "--why", "发错了")
    assert "已恢复到第 1 版，现在是第 3 版" in back.stdout
    lines = jianbao("revisions", "--store", path).stdout.splitlines()
    assert [line.split()[0:2] for line in lines] == [["第", "3"], ["第", "2"], ["第", "1"]]
    with KnowledgeStore.open(path) as knowledge:
        assert [" ".join(line.split()[3:5]) for line in lines] == [shown_time(one.at) for one in knowledge.revisions()]
    assert "恢复（恢复到第 1 版）" in lines[0] and "发错了" in lines[0] and "首次" in lines[2]
    missing = jianbao("rollback", 9, "--store", path)
    assert (missing.returncode, "没有第 9 版" in missing.stderr) == (2, True)


def test_export_and_import_as_a_workbook(store: Path, tmp_path: Path) -> None:
    jianbao("export", "--store", store, tmp_path / "a.jsonl")
    assert jianbao("export", "--store", store, tmp_path / "a.xlsx").returncode == 0
    made = jianbao("import", "--store", tmp_path / "新.db", tmp_path / "a.xlsx")
    assert (made.returncode, "已导入" in made.stdout) == (0, True)
    jianbao("export", "--store", tmp_path / "新.db", tmp_path / "b.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    none = jianbao("export", "--store", store, "--revision", "99", tmp_path / "c.xlsx")
    assert (none.returncode, "没有第 99 版" in none.stderr, (tmp_path / "c.xlsx").exists()) == (2, True, False)


def test_export_and_import(store: Path, tmp_path: Path) -> None:
    assert jianbao("export", "--store", store, tmp_path / "a.jsonl").returncode == 0
    assert jianbao("import", "--store", tmp_path / "新.db", tmp_path / "a.jsonl").returncode == 0
    jianbao("export", "--store", tmp_path / "新.db", tmp_path / "b.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert jianbao("import", "--store", tmp_path / "二.db", SAMPLES[0]).returncode == 2
    assert not (tmp_path / "二.db").exists()


@pytest.mark.parametrize("content", [None, b"", b"\x7fELF\x02\x01\x01" + bytes(500)])
def test_where_nothing_can_be_read_no_store_is_left(tmp_path: Path, content: bytes | None) -> None:
    given = tmp_path / "总结.txt"
    if content is not None:
        given.write_bytes(content)
    done = jianbao("ingest", "--store", tmp_path / "县.db", given)
    assert (done.returncode, "没有读进" in done.stderr) == (2, True)
    assert list(tmp_path.glob("县.db*")) == []


def test_a_hidden_year_is_no_year_in_json(tmp_path: Path) -> None:
    given = tmp_path / "总结.md"
    given.write_text("# 县经信局工作总结\n\nxxxx年一季度新开工项目xx个，x-x月累计开工xx个。\n", "utf-8")
    read = json.loads(jianbao("extract", given, "--json").stdout)
    assert [each["value_text"] for each in read["observations"]] == ["xx", "xx"]
    assert {each["time_period"] for each in read["observations"]} == {None}


def other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (text)")


def newer_version(path: Path) -> None:
    KnowledgeStore.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('knowledge', 'm999', '')"
        )


def torn(path: Path) -> None:
    KnowledgeStore.open(path).close()
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 8192)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: path.write_text("工作总结" * 500, "utf-8"), "不是简报的数据文件"),
        (other_program, "是别的程序的数据文件"),
        (newer_version, "请升级简报后再打开"),
        (torn, "已损坏"),
    ],
)
@pytest.mark.parametrize("command", ["ask", "ingest"])
def test_files_that_are_no_store_of_ours_are_left_alone(
    tmp_path: Path, make: object, sentence: str, command: str
) -> None:
    path = tmp_path / "县.db"
    make(path)  # type: ignore[operator]
    before = path.read_bytes()
    done = jianbao(command, "--store", path, SAMPLES[0])
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert done.stderr.startswith("错误：") and sentence in done.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("extract", "无.docx"), "找不到文件"),
        (("ask",), "请写上问题"),
        (("ask", "--store", "无.db", "问"), "没有找到数据文件"),
        (("ask", "--config", "无.toml", "问"), "没有找到配置文件"),
        (("ingest", "--store", "/nonexistent/县.db", str(SAMPLES[0])), "写不进数据文件"),
        (("nothing",), "No such command"),
    ],
)
def test_mistakes_end_with_2_and_a_sentence(args: tuple[str, ...], sentence: str) -> None:
    done = jianbao(*args)
    assert (done.returncode, sentence in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    """RLIMIT_FSIZE makes writes beyond a size fail, as on a full disk."""
    path = tmp_path / "县.db"
    jianbao("ingest", "--store", path, SAMPLES[0])
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "from bot import cli\n"
        "sys.exit(cli._run(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "ingest", "--workers", "1", "--store", path, *SAMPLES]
    alone = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}  # it writes files, too
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=alone)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert "写不进数据文件" in done.stderr
    with KnowledgeStore.open(path) as store:
        assert store.latest() == 1
        assert store.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert [doc.name for doc in store.shelf().documents()] == [SAMPLES[0].name]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example(name: str) -> None:
    text = CliRunner().invoke(cli, [name, "--help"]).output
    assert "例子：" in text and f"jianbao {name}" in text


def test_the_program_tells_its_version_and_commands() -> None:
    from bot import __version__

    assert jianbao("--version").stdout.strip() == f"jianbao {__version__}"
    assert [name for name in COMMANDS if f"  {name}" not in jianbao("--help").stdout] == []
