"""The only room that speaks SQL: the knowledge file and, beside it, the people file.

KnowledgeStore   opens the knowledge file; publish, correct, withdraw, rollback make revisions; drafts wait
SqliteShelf      reads one revision: knowledge/model.py's Shelf
"""

from knowledge.store.knowledge import KnowledgeStore, Revision
from knowledge.store.shelf import SqliteShelf

__all__ = ["KnowledgeStore", "Revision", "SqliteShelf"]
