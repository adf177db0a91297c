"""Starts things: command line, settings, the Telegram application."""

__version__ = "0.1.0"
