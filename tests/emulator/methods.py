"""The Bot API's methods that the bot uses: (world, call) -> result, ApiError for what the real one refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.emulator.calls import ApiError, Call
from tests.emulator.entities import parse_text
from tests.emulator.markup import check_commands, check_markup
from tests.emulator.world import Json, World

TEXT, CAPTION = 4096, 1024
PHOTO_BYTES, FILE_BYTES, DOWNLOAD_BYTES = 10 << 20, 50 << 20, 20 << 20


def get_me(world: World, call: Call) -> Json:
    """getMe."""
    return world.me


def send_message(world: World, call: Call) -> Json:
    """sendMessage."""
    text, entities = parse_text(_string(call, "text"), call.params.get("parse_mode"), TEXT)
    return _message(world, call, text=text, **({"entities": entities} if entities else {}))


def send_photo(world: World, call: Call) -> Json:
    """sendPhoto: an upload or a file id."""
    file_id, size = _file(world, call, "photo", PHOTO_BYTES)
    sizes = [{"file_id": file_id, "file_unique_id": f"u{file_id}", "width": 800, "height": 600, "file_size": size}]
    return _message(world, call, photo=sizes, **_caption(call))


def send_document(world: World, call: Call) -> Json:
    """sendDocument: an upload or a file id."""
    file_id, size = _file(world, call, "document", FILE_BYTES)
    name = next(iter(call.files.values()))[0] if call.files else "file"
    document = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_name": name, "file_size": size}
    return _message(world, call, document=document, **_caption(call))


def edit_text(world: World, call: Call) -> Json:
    """editMessageText; the same text and keyboard again is refused."""
    message = _own(world, call)
    text, entities = parse_text(_string(call, "text"), call.params.get("parse_mode"), TEXT)
    check_markup(call.params.get("reply_markup"))
    new = {"text": text, "entities": entities, "reply_markup": call.params.get("reply_markup")}
    return _changed(message, new)


def edit_markup(world: World, call: Call) -> Json:
    """editMessageReplyMarkup."""
    check_markup(call.params.get("reply_markup"))
    return _changed(_own(world, call), {"reply_markup": call.params.get("reply_markup")})


def delete_message(world: World, call: Call) -> bool:
    """deleteMessage."""
    key = (_chat(world, call), int(call.params["message_id"]))
    if world.messages.pop(key, None) is None:
        raise ApiError(400, "Bad Request: message to delete not found")
    return True


def answer_callback(world: World, call: Call) -> bool:
    """answerCallbackQuery: once for each query, 200 characters."""
    if len(str(call.params.get("text", ""))) > 200:
        raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
    return _answered(world, str(call.params["callback_query_id"]))


def answer_inline(world: World, call: Call) -> bool:
    """answerInlineQuery: at most 50 results with distinct ids of 1-64 bytes and valid texts."""
    results = call.params.get("results") or []
    ids = [str(result["id"]) for result in results]
    if len(results) > 50:
        raise ApiError(400, "Bad Request: RESULTS_TOO_MUCH")
    if len(set(ids)) < len(ids) or any(not 1 <= len(one.encode()) <= 64 for one in ids):
        raise ApiError(400, "Bad Request: RESULT_ID_INVALID")
    for result in results:
        content = result.get("input_message_content", {})
        parse_text(str(content.get("message_text", "")), content.get("parse_mode"), TEXT)
        check_markup(result.get("reply_markup"))
        if not result.get("title"):
            raise ApiError(400, "Bad Request: article title must be non-empty")
    button = call.params.get("button") or {}
    if button and not 1 <= len(button.get("start_parameter", "x")) <= 64:
        raise ApiError(400, "Bad Request: START_PARAM_INVALID")
    return _answered(world, str(call.params["inline_query_id"]))


def chat_action(world: World, call: Call) -> bool:
    """sendChatAction."""
    _chat(world, call)
    return True


def get_file(world: World, call: Call) -> Json:
    """getFile; files over 20 MB cannot be fetched."""
    file_id = str(call.params["file_id"])
    content = world.files.get(file_id)
    if content is None:
        raise ApiError(400, "Bad Request: invalid file_id")
    if len(content) > DOWNLOAD_BYTES:
        raise ApiError(400, "Bad Request: file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": f"u{file_id}",
        "file_size": len(content),
        "file_path": f"documents/{file_id}",
    }


def set_commands(world: World, call: Call) -> bool:
    """setMyCommands and deleteMyCommands: checked; what was set is seen in `calls`."""
    check_commands(call.params)
    chat = (call.params.get("scope") or {}).get("chat_id")
    if chat is not None and int(chat) not in world.chats:
        raise ApiError(400, "Bad Request: chat not found")
    return True


def set_description(world: World, call: Call) -> bool:
    """setMyDescription (512) and setMyShortDescription (120)."""
    for field, limit in (("description", 512), ("short_description", 120)):
        if len(str(call.params.get(field, ""))) > limit:
            raise ApiError(400, "Bad Request: BOT_DESCRIPTION_TOO_LONG")
    return True


def _string(call: Call, field: str) -> str:
    value = call.params.get(field, "")
    return value if isinstance(value, str) else str(value)


def _caption(call: Call) -> Json:
    text, entities = parse_text(_string(call, "caption"), call.params.get("parse_mode"), CAPTION, what="caption")
    return {"caption": text, "caption_entities": entities} if text else {}


def _chat(world: World, call: Call) -> int:
    chat = call.chat
    if chat in world.migrated:
        raise ApiError(
            400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=world.migrated[chat]
        )
    if chat in world.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    if chat is None or chat not in world.chats:
        raise ApiError(400, "Bad Request: chat not found")
    return chat


def _message(world: World, call: Call, **content: Any) -> Json:
    chat = _chat(world, call)
    check_markup(call.params.get("reply_markup"))
    answered = (call.params.get("reply_parameters") or {}).get("message_id")
    quoted = world.messages.get((chat, int(answered))) if answered else None
    if answered and quoted is None and not call.params["reply_parameters"].get("allow_sending_without_reply"):
        raise ApiError(400, "Bad Request: message to be replied not found")
    message = {
        "message_id": world.next_message_id(),
        "date": world.now(),
        "chat": world.chats[chat].as_chat(),
        "from": world.me,
    }
    if call.params.get("reply_markup"):
        content["reply_markup"] = call.params["reply_markup"]
    if call.params.get("protect_content"):
        content["has_protected_content"] = True
    return message | content


def _file(world: World, call: Call, field: str, limit: int) -> tuple[str, int]:
    uploads = list(call.files.values())
    if not uploads:
        file_id = str(call.params.get(field))
        if file_id not in world.files:
            raise ApiError(400, "Bad Request: wrong remote file identifier specified")
        return file_id, len(world.files[file_id])
    content = uploads[0][1]
    if not content:
        raise ApiError(400, "Bad Request: file must be non-empty")
    if len(content) > limit:
        raise ApiError(413, "Request Entity Too Large")
    if field == "photo" and not content.startswith((b"\x89PNG", b"\xff\xd8")):
        raise ApiError(400, "Bad Request: IMAGE_PROCESS_FAILED")
    return world.store(content), len(content)


def _own(world: World, call: Call) -> Json:
    message = world.messages.get((_chat(world, call), int(call.params["message_id"])))
    if message is None:
        raise ApiError(400, "Bad Request: message to edit not found")
    if message.get("from", {}).get("id") != world.bot_id:
        raise ApiError(400, "Bad Request: message can't be edited")
    return message


def _changed(message: Json, new: Json) -> Json:
    if all((message.get(key) or None) == (value or None) for key, value in new.items()):
        raise ApiError(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message",
        )
    message.update(new)
    for key in [key for key, value in message.items() if value is None]:
        del message[key]
    return dict(message)


def _answered(world: World, query: str) -> bool:
    if query not in world.queries:
        raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    world.queries.discard(query)
    return True


METHODS: dict[str, Callable[[World, Call], Any]] = {
    "getMe": get_me,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "editMessageText": edit_text,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback,
    "answerInlineQuery": answer_inline,
    "sendChatAction": chat_action,
    "getFile": get_file,
    "setMyCommands": set_commands,
    "deleteMyCommands": set_commands,
    "setMyDescription": set_description,
    "setMyShortDescription": set_description,
    "leaveChat": chat_action,
}
EDITS = {"editMessageText", "editMessageReplyMarkup"}
SENDS = {"sendMessage", "sendPhoto", "sendDocument"}
