"""The weekly digest: two states of knowledge -> what the newer says that the older did not. Pure."""

from knowledge.digest.compare import compare
from knowledge.digest.focus import narrow
from knowledge.digest.lines import year_share
from knowledge.digest.states import state_of, up_to
from knowledge.digest.values import (
    Correction,
    DifficultyMove,
    Digest,
    Known,
    Line,
    Move,
    Report,
    SectorTable,
    State,
    Stay,
    Step,
    Turn,
    WorkMove,
)

__all__ = [
    "Correction",
    "DifficultyMove",
    "Digest",
    "Known",
    "Line",
    "Move",
    "Report",
    "SectorTable",
    "State",
    "Stay",
    "Step",
    "Turn",
    "WorkMove",
    "compare",
    "narrow",
    "state_of",
    "up_to",
    "year_share",
]
