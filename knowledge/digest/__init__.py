"""The weekly digest: two states of knowledge -> what the newer says that the older did not. Pure."""

from knowledge.digest.compare import compare
from knowledge.digest.focus import narrow
from knowledge.digest.lines import year_share
from knowledge.digest.naming import said_name
from knowledge.digest.states import changed_since, state_of, up_to
from knowledge.digest.tell import tell
from knowledge.digest.topics import Named, focus_of, named, stem
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
    Stated,
    Stay,
    Step,
    Turn,
    WorkMove,
)
from knowledge.digest.watching import Sign, crossed, signs

__all__ = [
    "Correction",
    "DifficultyMove",
    "Digest",
    "Known",
    "Line",
    "Move",
    "Named",
    "Report",
    "SectorTable",
    "Sign",
    "State",
    "Stated",
    "Stay",
    "Step",
    "Turn",
    "WorkMove",
    "changed_since",
    "compare",
    "crossed",
    "focus_of",
    "named",
    "narrow",
    "said_name",
    "signs",
    "state_of",
    "stem",
    "tell",
    "up_to",
    "year_share",
]
