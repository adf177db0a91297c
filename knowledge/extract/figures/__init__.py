"""The figures of a document: scan finds numbers, measures tells their kind, naming whose they are, reader joins all."""

from knowledge.extract.figures.reader import read

__all__ = ["read"]
