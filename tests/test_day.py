"""A whole day of the bot's life, sped up (see day.py): nothing lost, nothing doubled, memory flat."""

from __future__ import annotations

import json

import pytest

from tests.day import live


@pytest.mark.nightly
@pytest.mark.timeout(1800)
async def test_a_day_of_two_hundred_people_and_five_thousand_questions() -> None:
    found = await live(200, 5000, 1)
    print(json.dumps(found, ensure_ascii=False))
    assert (found["lost"], found["doubled"], found["refused"], found["tracebacks"]) == (0, 0, 0, 0)
    assert found["questions"] == 5000 and found["received"] == found["messages"] == 5200
    assert len(found["memory_growth"]) >= 2 and max(found["memory_growth"]) < 0.05
