"""Commands and buttons of every channel: functions from a turn of the conversation to a reply, in ordered tables."""
