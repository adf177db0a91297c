"""A Bot API server on loopback for tests: python-telegram-bot talks HTTP to it as it would to Telegram.

    async with BotApi() as api:             # a free port: api.token, api.base_url, api.base_file_url for settings
        ming = api.person("明")              # a person and their private chat; api.group("群"), api.channel("频道")
        api.say(ming, "医化行业增速多少")      # an update arrives; in a group: api.say(ming, "...", chat=group)
        call = await api.wait("sendMessage", chat=ming)  # the first such call that no wait has given yet
        assert "18.4%" in call.text         # as people see it, entities parsed; call.html is what was sent
        api.press(ming, call.message, "排名")  # by the button's label; data="..." forges callback data
        await api.wait("answerCallbackQuery")

Also: `edit`, `post` (channel), `query` (inline), `document`, `joined` (my_chat_member), `inject` (any raw update), and
for trouble `fail(method, ...)` (5xx, 429, any error, dropped connections, delays), `block(person)` (403),
`migrate(group)`, `limited = True` (30 a second, 1 a second for a chat, 20 a minute for a group), `privacy` (on, as by
default: in groups only commands, mentions and replies reach the bot). `calls` keeps every call, accepted or refused;
`quiet()` waits until every update was confirmed; `refused()` lists calls answered with 400: there should be none.
A second poller gets 409, a wrong token 401, bad HTML, markup, sizes and unknown methods 400, as from the real one.
Make one server for each test. Nothing sleeps; waiting is for conditions.
"""

from tests.emulator.calls import ApiError, Call
from tests.emulator.server import BotApi
from tests.emulator.world import Chat

__all__ = ["ApiError", "BotApi", "Call", "Chat"]
