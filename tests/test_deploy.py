"""The files in deploy/ that run several bots: they agree with the program and with themselves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.settings import load_settings
from tests.shared import ROOT

DEPLOY = ROOT / "deploy"
yaml = pytest.importorskip("yaml")


def manifest() -> dict[str, Any]:
    """The objects of the manifest by kind."""
    return {each["kind"]: each for each in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text("utf-8"))}


def test_the_shared_settings_are_settings() -> None:
    settings = load_settings(DEPLOY / "shared.toml", {})
    assert settings.store.shared == Path("/var/lib/jianbao/knowledge/jianbao.db")


def test_each_bot_of_the_manifest_has_settings_that_fit_its_volumes(tmp_path: Path) -> None:
    objects = manifest()
    container = objects["StatefulSet"]["spec"]["template"]["spec"]["containers"][0]
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
    configs = objects["ConfigMap"]["data"]
    assert sorted(configs) == [f"{number}.toml" for number in range(objects["StatefulSet"]["spec"]["replicas"])]
    for name, text in configs.items():
        (tmp_path / name).write_text(text.replace("/run/token", str(tmp_path / "token")), "utf-8")
        (tmp_path / "token").write_text("1:a", "utf-8")
        settings = load_settings(tmp_path / name, {})
        assert settings.store.path and settings.store.shared
        assert {"name": "JIANBAO_STORE", "value": str(settings.store.path)} in container["env"]
        assert {str(settings.store.path.parent), str(settings.store.shared.parent)} <= mounts
        assert f"127.0.0.1:{settings.monitor.port}/healthz" in str(container["startupProbe"])


def test_who_publishes_in_the_manifest_writes_what_the_bots_share() -> None:
    objects = manifest()
    publisher = objects["Job"]["spec"]["template"]["spec"]
    command = publisher["containers"][0]["command"]
    shared = load_shared(objects["ConfigMap"]["data"]["0.toml"])
    assert command[:6] == ["python", "-m", "bot", "ingest", "--store", shared]
    bots = objects["StatefulSet"]["spec"]["template"]
    assert publisher["affinity"] == bots["spec"]["affinity"]  # on one node: SQLite's log needs one kernel


def load_shared(text: str) -> str:
    return text.split('shared = "')[1].split('"')[0]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_template(tmp_path: Path) -> None:
    text = (DEPLOY / "jianbao@.service").read_text("utf-8")
    unit = tmp_path / "jianbao@.service"
    unit.write_text(text.replace("/opt/jianbao/.venv/bin/python", "/bin/true"), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "jianbao" in line]) == (0, []), done.stderr
