"""What a document states, as plain lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.jsonl import plain
from knowledge.model import Extraction, Observation


def listing(extraction: Extraction, *, leftovers: bool = False) -> Iterator[str]:
    """The lines that `jianbao extract` prints without --json."""
    document = extraction.document
    issuer = document.issuer or document.ref_area or "单位不详"
    yield f"{document.title}（{issuer}，{plain(document.time_period) or '时期不详'}）"
    if document.repaired.steps:
        yield "修复：" + "，".join(f"{step.rule} {step.count} 处" for step in document.repaired.steps)
    yield f"\n指标数字 {len(extraction.observations)} 个"
    yield from (f"  {_observation(each)}" for each in extraction.observations)
    yield f"\n工作事项 {len(extraction.work_items)} 项"
    yield from (f"  [{each.status}] {each.title}" for each in extraction.work_items)
    yield f"\n困难问题 {len(extraction.difficulties)} 条"
    yield from (f"  {each.title}" for each in extraction.difficulties)
    if leftovers:
        yield f"\n没有读成指标的数字 {len(extraction.leftovers)} 个"
        yield from (f"  {each.text}：{each.reason}" for each in extraction.leftovers)


def _observation(obs: Observation) -> str:
    name = obs.indicator if obs.activity is None else f"{obs.activity}·{obs.indicator}"
    return f"{name} [{obs.measure}] {obs.value_text}{obs.unit}  {plain(obs.time_period) or ''}"
