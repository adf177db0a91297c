"""Telegram: updates in, replies out; all that it knows beyond that is in handlers/talk.py."""
