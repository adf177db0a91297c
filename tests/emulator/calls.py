"""What the bot called, and the errors that it got."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class ApiError(Exception):
    """An error answer of the Bot API: status, description, parameters (retry_after, migrate_to_chat_id)."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON that is answered."""
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


@dataclass
class Call:
    """One call: method, its parameters (JSON decoded), uploaded files by field, and what came of it."""

    method: str
    params: dict[str, Any]
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    at: float = 0.0  # loop time when it came in
    result: Any = None
    error: ApiError | None = None
    taken: bool = False

    @property
    def ok(self) -> bool:
        """Whether it was accepted."""
        return self.error is None

    @property
    def chat(self) -> int | None:
        """The chat it was for."""
        return int(self.params["chat_id"]) if "chat_id" in self.params else None

    @property
    def html(self) -> str:
        """Text or caption as the bot sent it."""
        return str(self.params.get("text", self.params.get("caption", "")))

    @property
    def message(self) -> dict[str, Any]:
        """The message that came of it."""
        assert isinstance(self.result, dict), self
        return self.result

    @property
    def text(self) -> str:
        """Text or caption as people see it."""
        if not isinstance(self.result, dict):
            return self.html
        return str(self.result.get("text", self.result.get("caption", "")))

    @property
    def entities(self) -> list[dict[str, Any]]:
        """Its formatting."""
        return list(self.message.get("entities", self.message.get("caption_entities", [])))

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """All inline buttons, in reading order."""
        markup = self.params.get("reply_markup") or {}
        return [button for row in markup.get("inline_keyboard", []) for button in row]

    @property
    def labels(self) -> list[str]:
        """What stands on the inline buttons."""
        return [button["text"] for button in self.buttons]
