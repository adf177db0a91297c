"""The schema of the knowledge file, as named migrations that are applied once and in order.

Nothing is overwritten: a version of a document is written once; `shelved` says in which revisions it is read.
Numbers that a document states are TEXT (exact decimals), never REAL.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

knowledge = Migrations("knowledge")

_TABLES = """
CREATE TABLE revisions (
    revision INTEGER PRIMARY KEY,
    at TEXT NOT NULL,                -- ISO 8601, UTC
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    kind TEXT NOT NULL,              -- publish, correct, withdraw, rollback
    restores INTEGER                 -- the revision that a rollback restores
) STRICT;
CREATE TABLE documents (             -- one over all its versions
    doc_id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL           -- issuer, place, title and period, for finding the document of a newer version
) STRICT;
CREATE INDEX documents_identity ON documents (identity);
CREATE TABLE texts (                 -- a file as it was read, repaired and segmented
    text_id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    raw BLOB NOT NULL,               -- zlib, UTF-8
    repaired BLOB,                   -- zlib, UTF-8; NULL: as raw
    origin BLOB,                     -- zlib, JSON runs; NULL: the identity
    repairs TEXT NOT NULL,           -- JSON
    notes TEXT NOT NULL,             -- JSON
    own_title TEXT
) STRICT;
CREATE TABLE paragraphs (
    paragraph_id INTEGER PRIMARY KEY,
    text_id INTEGER NOT NULL REFERENCES texts,
    paragraph INTEGER NOT NULL,      -- its number in the text
    kind TEXT NOT NULL,
    start INTEGER NOT NULL,          -- in the repaired text
    body TEXT NOT NULL,
    section TEXT NOT NULL,           -- JSON, as the following
    sentences TEXT NOT NULL,
    head TEXT,
    header TEXT NOT NULL,
    cells TEXT NOT NULL,
    caption TEXT NOT NULL,
    extra TEXT                       -- JSON: what later versions of the program know of it
) STRICT;
CREATE UNIQUE INDEX paragraphs_text ON paragraphs (text_id, paragraph);
CREATE TABLE versions (              -- a document as one publication or correction left it
    version_id INTEGER PRIMARY KEY,
    doc_id INTEGER NOT NULL REFERENCES documents,
    text_id INTEGER NOT NULL REFERENCES texts,
    fingerprint TEXT NOT NULL,       -- of the extraction, before corrections
    corrects INTEGER REFERENCES versions,
    title TEXT NOT NULL,
    issuer TEXT,
    ref_area TEXT,
    time_period TEXT,
    year INTEGER
) STRICT;
CREATE INDEX versions_document ON versions (doc_id);
CREATE TABLE shelved (               -- a version is read in revisions first <= r < until (NULL: still)
    version_id INTEGER NOT NULL REFERENCES versions,
    first INTEGER NOT NULL REFERENCES revisions,
    until INTEGER REFERENCES revisions,
    PRIMARY KEY (version_id, first)
) STRICT;
CREATE INDEX shelved_until ON shelved (until, first);
CREATE TABLE series (
    series_id INTEGER PRIMARY KEY,
    indicator TEXT NOT NULL,
    activity TEXT NOT NULL,          -- '' for none
    UNIQUE (indicator, activity)
) STRICT;
CREATE TABLE shelved_series (        -- as shelved: the series that some version in a revision states
    series_id INTEGER NOT NULL REFERENCES series,
    first INTEGER NOT NULL REFERENCES revisions,
    until INTEGER REFERENCES revisions,
    PRIMARY KEY (series_id, first)
) STRICT;
CREATE INDEX shelved_series_until ON shelved_series (until, first);
CREATE TABLE observations (
    obs_id INTEGER PRIMARY KEY,
    version_id INTEGER NOT NULL REFERENCES versions,
    number INTEGER NOT NULL,         -- in the document; kept by corrections
    series_id INTEGER NOT NULL REFERENCES series,
    ref_area TEXT,
    measure TEXT NOT NULL,
    value TEXT,
    value_text TEXT NOT NULL,
    unit TEXT NOT NULL,
    bound TEXT NOT NULL,
    time_period TEXT,
    quote TEXT,                      -- NULL: stands in its paragraph, from quote_start to quote_end
    quote_start INTEGER NOT NULL,
    quote_end INTEGER NOT NULL,
    section TEXT,                    -- JSON; NULL: as its paragraph
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    raw_start INTEGER NOT NULL,
    raw_end INTEGER NOT NULL,
    paragraph INTEGER NOT NULL,
    basis TEXT,
    obs_status TEXT NOT NULL,
    name_text TEXT NOT NULL,
    high TEXT,
    confidence REAL NOT NULL,
    corrected_by TEXT,
    corrected_at TEXT,
    extra TEXT
) STRICT;
CREATE UNIQUE INDEX observations_version ON observations (version_id, number);
CREATE INDEX observations_series ON observations (series_id, version_id);
CREATE TABLE work_items (
    version_id INTEGER NOT NULL REFERENCES versions,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    section TEXT NOT NULL,
    status TEXT NOT NULL,
    text TEXT NOT NULL,
    paragraph INTEGER NOT NULL,
    span TEXT NOT NULL,
    deadline TEXT,
    subject TEXT,
    rate TEXT,
    extra TEXT,
    PRIMARY KEY (version_id, number)
) STRICT;
CREATE TABLE difficulties (
    version_id INTEGER NOT NULL REFERENCES versions,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    section TEXT NOT NULL,
    paragraph INTEGER NOT NULL,
    span TEXT NOT NULL,
    extra TEXT,
    PRIMARY KEY (version_id, number)
) STRICT;
CREATE TABLE leftovers (
    version_id INTEGER NOT NULL REFERENCES versions,
    number INTEGER NOT NULL,
    text TEXT NOT NULL,
    span TEXT NOT NULL,
    paragraph INTEGER NOT NULL,
    reason TEXT NOT NULL,
    extra TEXT,
    PRIMARY KEY (version_id, number)
) STRICT;
CREATE TABLE corrections (
    correction_id INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL REFERENCES revisions,
    doc_id INTEGER NOT NULL REFERENCES documents,
    kind TEXT NOT NULL,              -- observation, work_item, difficulty
    number INTEGER NOT NULL,
    before TEXT,                     -- JSON; NULL: added
    after TEXT                       -- JSON; NULL: struck
) STRICT;
CREATE INDEX corrections_revision ON corrections (revision);
CREATE TABLE drafts (
    draft_id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    name TEXT NOT NULL,
    body BLOB NOT NULL               -- zlib, JSON of an extraction
) STRICT;
CREATE VIRTUAL TABLE grams USING fts5 (tokens, content='', tokenize='unicode61');
"""


@knowledge()
def m001_tables(db: Database) -> None:
    """The first schema."""
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            db.execute(statement)


@knowledge()
def m002_readers(db: Database) -> None:
    """Which program read a version, and quick ways to a file of some content or name."""
    db.execute("ALTER TABLE versions ADD COLUMN reader TEXT")  # NULL: not known
    for column in ("sha256", "name"):
        db.execute(f"CREATE INDEX texts_{column} ON texts ({column})")
    db.execute("CREATE INDEX versions_text ON versions (text_id)")


_DRAFT_EDITS = """
ALTER TABLE corrections ADD COLUMN who TEXT;  -- NULL, as the following: those of its revision
ALTER TABLE corrections ADD COLUMN at TEXT;
ALTER TABLE corrections ADD COLUMN why TEXT;
ALTER TABLE drafts ADD COLUMN fingerprint TEXT;  -- of the extraction before corrections; NULL: that of the body
CREATE TABLE draft_edits (            -- corrections of a draft, already made in its body
    edit_id INTEGER PRIMARY KEY,
    draft_id INTEGER NOT NULL REFERENCES drafts,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    kind TEXT NOT NULL,               -- observation, work_item, difficulty
    before TEXT,                      -- JSON; NULL: added
    after TEXT                        -- JSON; NULL: struck
) STRICT;
"""


@knowledge()
def m003_draft_edits(db: Database) -> None:
    """Corrections made before publishing keep their own who, when and why."""
    bare = "\n".join(line.partition("--")[0] for line in _DRAFT_EDITS.splitlines())
    for statement in bare.split(";"):
        if statement.strip():
            db.execute(statement)


_DRAFT_NUMBERS = """
CREATE TABLE drafts_new (
    draft_id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    name TEXT NOT NULL,
    body BLOB NOT NULL,
    fingerprint TEXT
) STRICT;
INSERT INTO drafts_new SELECT draft_id, at, who, name, body, fingerprint FROM drafts;
CREATE TABLE edits_new (
    edit_id INTEGER PRIMARY KEY,
    draft_id INTEGER NOT NULL REFERENCES drafts_new,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    kind TEXT NOT NULL,
    before TEXT,
    after TEXT
) STRICT;
INSERT INTO edits_new SELECT edit_id, draft_id, at, who, why, kind, before, after FROM draft_edits;
DROP TABLE draft_edits;
DROP TABLE drafts;
ALTER TABLE drafts_new RENAME TO drafts;
ALTER TABLE edits_new RENAME TO draft_edits;
"""


@knowledge()
def m004_draft_numbers(db: Database) -> None:
    """A draft's number is never given again: an old report's buttons must not reach another draft."""
    for statement in _DRAFT_NUMBERS.split(";"):
        if statement.strip():
            db.execute(statement)


@knowledge()
def m005_sheets(db: Database) -> None:
    """What is kept of each version for asking, under a stamp that names the vocabulary and the program."""
    db.execute(
        "CREATE TABLE sheets (version_id INTEGER PRIMARY KEY REFERENCES versions, stamp TEXT NOT NULL, "
        "body BLOB NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX sheets_stamp ON sheets (stamp)")
