"""The delivery loop as a process of its own, so that tests can kill it: STORE BASE_URL TOKEN PACE(JSON) RUN|DRAIN."""

import asyncio
import json
import signal
import sys
from pathlib import Path

from telegram import Bot
from telegram.request import HTTPXRequest

from handlers.sending import sender
from handlers.weekly import Courier
from knowledge.mailing import Pace
from knowledge.schedule import workdays


async def main(store: str, base_url: str, token: str, pace_json: str, way: str) -> None:
    pace = Pace(**json.loads(pace_json))
    bot = Bot(token, base_url, request=HTTPXRequest(connection_pool_size=pace.at_once))
    courier = Courier(Path(store), sender(bot, pace), pace, workdays())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, courier.stop)
    async with bot:
        await (courier.run() if way == "run" else courier.drain())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
