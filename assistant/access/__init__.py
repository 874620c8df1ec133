"""Who may use the server and what they may see: API keys, accounts, and the readers they stand for."""

from assistant.access.binding import check_binding, is_loopback
from assistant.access.grants import Grant, combined
from assistant.access.keys import Key, KeyStore
from assistant.access.people import Account, PeopleStore
from assistant.access.reader import LOCAL, Reader, Role

__all__ = [
    "LOCAL",
    "Account",
    "Grant",
    "Key",
    "KeyStore",
    "PeopleStore",
    "Reader",
    "Role",
    "check_binding",
    "combined",
    "is_loopback",
]
