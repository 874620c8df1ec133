"""Everything a data folder cannot get back by itself in one file, and a data folder made of such a file again."""

from assistant.backup.archive import Manifest, read_manifest
from assistant.backup.restore import restore
from assistant.backup.write import back_up

__all__ = ["Manifest", "back_up", "read_manifest", "restore"]
