"""`python -m bot` is the same as `jianbao`."""

from bot.cli import main

main()
