"""Meets people: turns answers into messages, and messages into questions."""
