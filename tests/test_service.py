"""The systemd unit and the container: not root, nothing writable but the data, the token never on a command line."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from bot.settings import load_settings
from tests.shared import ROOT

UNIT = ROOT / "deploy" / "jianbao.service"
CONTAINER = (ROOT / "deploy" / "Containerfile").read_text("utf-8")


def service() -> dict[str, str]:
    """The unit's [Service] section; of a key that stands several times the last."""
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(UNIT.read_text("utf-8"))
    return dict(parser["Service"])


def test_the_service_is_nobody_and_may_write_its_own_folder_only() -> None:
    found = service()
    assert found["User"] == "jianbao" and found["ProtectSystem"] == "strict" and found["NoNewPrivileges"] == "yes"
    assert found["StateDirectory"] == "jianbao" and "ReadWritePaths" not in found
    assert found["CapabilityBoundingSet"] == "" and found["UMask"] == "0077"
    assert found["LoadCredential"].startswith("token:") and "TOKEN" not in found["ExecStart"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_unit_and_calls_it_safe(tmp_path: Path) -> None:
    unit = tmp_path / "jianbao.service"
    unit.write_text(UNIT.read_text("utf-8").replace("/opt/jianbao/.venv/bin/python", "/bin/true"), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "jianbao" in line]) == (0, []), done.stderr
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", unit], capture_output=True, text=True)
    level = re.search(r"exposure level for jianbao.service: ([\d.]+)", done.stdout)
    if level is None:
        pytest.skip("this systemd cannot judge a unit file")
    assert float(level[1]) <= 2.5


def test_systemd_credentials_hold_the_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("7:from systemd\n")
    (tmp_path / "bot.toml").write_text("")
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert load_settings(tmp_path / "bot.toml", environment).token == "7:from systemd"
    both = environment | {"JIANBAO_TOKEN": "8:from the environment"}
    assert load_settings(tmp_path / "bot.toml", both).token == "8:from the environment"


def test_the_container_is_not_root_and_takes_its_packages_from_the_lock() -> None:
    user = re.findall(r"^USER (\S+)", CONTAINER, re.MULTILINE)
    assert user and user[-1].split(":")[0].isdigit() and int(user[-1].split(":")[0]) > 0
    assert "--require-hashes -r requirements.lock" in CONTAINER
    assert "--read-only" in CONTAINER and "--cap-drop=all" in CONTAINER
    copied = re.findall(r"^COPY (?!--)(\S+) ", CONTAINER, re.MULTILINE)
    assert [each for each in copied if not (ROOT / each).exists()] == []
    assert not re.search(r"\d{6,}:[\w-]{20,}", CONTAINER), "no token"
