"""Who can get in, and whether the record of what was asked is whole."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from assistant.access import KeyStore, PeopleStore, is_loopback
from assistant.audit import FILE, AuditLog, verify
from assistant.doctor.finding import Finding
from assistant.settings import Settings

ACCESS_FILE = "access.sqlite3"


def access(settings: Settings) -> Iterator[Finding]:
    """Whether a server that others can reach asks who they are."""
    path = settings.data_dir / ACCESS_FILE
    guarded = settings.oidc_issuer is not None
    if path.exists():
        yield from _private(path)  # before the stores are opened, which mends it
        keys, people = KeyStore(path), PeopleStore(path)
        guarded = guarded or keys.in_use() or people.in_use()
        keys.close()
        people.close()
    if guarded:
        yield Finding("access", "ok", "Người dùng phải đăng nhập hoặc có khóa.", "Users sign in or hold a key.")
    elif is_loopback(settings.host):
        yield Finding("access", "ok", "Chưa có khóa: chỉ phục vụ trên máy này.", "No keys: this machine only.")
    else:
        yield Finding("access", "problem", f"Mở {settings.host} cho máy khác mà chưa có khóa, tài khoản nào.",
                      f"{settings.host} would be open to other machines, and there is no key or account.",
                      "assistant keys create TÊN · assistant accounts create TÊN · --host 127.0.0.1")  # fmt: skip


def record(settings: Settings) -> Iterator[Finding]:
    """Whether the chain of the audit log holds."""
    path = settings.data_dir / FILE
    if not path.exists():
        return
    yield from _private(path)
    log = AuditLog(path)
    result = verify(log.entries())
    log.close()
    if result.faults:
        first = result.faults[0]
        yield Finding("audit", "problem", f"Nhật ký kiểm tra không toàn vẹn: {first.vietnamese}.",
                      f"The audit log is not whole: {first.english}.", "assistant audit verify")  # fmt: skip
        return
    yield Finding("audit", "ok", f"Nhật ký kiểm tra toàn vẹn, {result.entries} mục.", "The audit log is whole.")


def _private(path: Path) -> Iterator[Finding]:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding("access", "warning", f"Người khác trên máy đọc được {path}.", f"Others can read {path}.",
                      f"chmod 600 {path}")  # fmt: skip
