"""Every error that the project raises on purpose.

JianbaoError                 a person can read its message, in Chinese: what is wrong and what to do
├── SettingsError            bot.toml or the environment is wrong
├── ReadError                a document cannot be read
│   ├── FileMissing          no such file
│   ├── EmptyDocument        nothing to read in it
│   ├── UnknownFormat        not a kind of file that is read (binary, image, ...)
│   ├── BrokenFile           damaged archive or document
│   ├── LockedFile           protected by a password
│   ├── ScannedFile          pictures of pages without a text layer
│   ├── LimitExceeded        too large, too many pages, too much memory or time
│   └── ToolMissing          needs a program that is not installed
├── StoreError               the store cannot be used
│   ├── NotAStore            a file of another program
│   ├── NewerStore           made by a newer version of Jianbao
│   ├── StoreBroken          damaged
│   ├── StoreBusy            locked by another process for too long
│   ├── StoreReadOnly        opened for reading only: others publish
│   ├── StoreFull            no room left on the disk, or the folder is read-only
│   └── RevisionConflict     somebody else published or corrected in the meantime
├── ClusterError             the machines that read together cannot be used
├── AccessDenied             this person may not do this
└── DeliveryError            a message could not be delivered

`str(error)` is the sentence for the person; `__cause__` is what the log gets.
"""


class JianbaoError(Exception):
    """Root of the tree; its message is a clear sentence in Chinese that says what to do."""


class SettingsError(JianbaoError):
    """bot.toml or the environment is wrong."""


class ReadError(JianbaoError):
    """A document cannot be read."""


class FileMissing(ReadError):
    """No such file."""


class EmptyDocument(ReadError):
    """Nothing to read in it."""


class UnknownFormat(ReadError):
    """Not a kind of file that is read."""


class BrokenFile(ReadError):
    """A damaged archive or document."""


class LockedFile(ReadError):
    """Protected by a password."""


class ScannedFile(ReadError):
    """Pictures of pages without a text layer."""


class LimitExceeded(ReadError):
    """Too large, too many pages, too much memory or time."""


class ToolMissing(ReadError):
    """Needs a program that is not installed."""


class StoreError(JianbaoError):
    """The store cannot be used."""


class NotAStore(StoreError):
    """A file of another program."""


class NewerStore(StoreError):
    """Made by a newer version of Jianbao."""


class StoreBroken(StoreError):
    """The store is damaged."""


class StoreBusy(StoreError):
    """Locked by another process for too long."""


class StoreFull(StoreError):
    """No room left on the disk, or the folder is read-only."""


class StoreReadOnly(StoreError):
    """Opened for reading only: others publish."""


class RevisionConflict(StoreError):
    """Somebody else published or corrected in the meantime."""


class ClusterError(JianbaoError):
    """The machines that read together cannot be used."""


class AccessDenied(JianbaoError):
    """This person may not do this."""


class DeliveryError(JianbaoError):
    """A message could not be delivered."""
