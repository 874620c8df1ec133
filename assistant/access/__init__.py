"""Who may use the server and what they may see: API keys, kept hashed, and the readers they stand for."""

from assistant.access.binding import check_binding, is_loopback
from assistant.access.keys import Key, KeyStore
from assistant.access.reader import LOCAL, Reader, Role

__all__ = ["LOCAL", "Key", "KeyStore", "Reader", "Role", "check_binding", "is_loopback"]
