"""The only room that speaks SQL: the knowledge file and, beside it, the people file.

KnowledgeStore   opens the knowledge file; publish, correct, withdraw and rollback make revisions; drafts wait
Ready            one document as its rows, made by whoever reads it
SqliteShelf      reads one revision: knowledge/model.py's Shelf
"""

from knowledge.store.corrections import Correction, Edit
from knowledge.store.drafts import Draft
from knowledge.store.knowledge import KnowledgeStore, Revision
from knowledge.store.ready import Ready, ready
from knowledge.store.shelf import SqliteShelf

__all__ = ["Correction", "Draft", "Edit", "KnowledgeStore", "Ready", "Revision", "SqliteShelf", "ready"]
