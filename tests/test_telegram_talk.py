"""Conversations over HTTP against the emulator: the real application, store and templates."""

from __future__ import annotations

from pathlib import Path

from tests.bots import scene


async def test_a_question_is_answered_with_its_source(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        call = await s.ask(s.admin, "医化行业增速多少")
        assert "9.4%" in call.text and "2023年1—6月" in call.text
        assert any(entity["type"] == "expandable_blockquote" for entity in call.entities)
        assert "走势图" in call.labels or "同类对比" in call.labels


async def test_start_has_buttons_that_work(tmp_path: Path) -> None:
    async with scene(tmp_path) as s:
        start = await s.ask(s.admin, "/start")
        assert "柏岭县" in start.text
        for label in start.labels:
            reply = await s.press(s.admin, start, label)
            assert len(reply.text) > 10, label
        assert len(s.api.of("answerCallbackQuery")) == len(start.labels)
