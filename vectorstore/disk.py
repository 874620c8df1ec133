"""What a full, read-only or locked-away disk makes of the libraries that write to it, told as one error."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from pathlib import Path

from vectorstore.errors import NotReadyError

# SQLite, Chroma and tantivy each tell of it in their way.
_FULL = re.compile(r"no space left|disk is full|disk full|quota exceeded|disk I/O error", re.IGNORECASE)
_READ_ONLY = re.compile(r"read-?only (?:file system|database)", re.IGNORECASE)
_FULL_CODES, _DENIED_CODES = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}, {errno.EACCES, errno.EPERM}


class DiskError(NotReadyError):
    """The data folder cannot be written now: full, read-only, or not this account's. What is stored is untouched."""

    slug = "disk"


def check_writable(path: Path) -> None:
    """Raises DiskError where this path is on a read-only disk; SQLite only says that it cannot open its file."""
    if path.exists() and os.statvfs(path).f_flag & os.ST_RDONLY:
        error = disk_error(OSError(errno.EROFS, "", str(path)), named=True)
        assert error is not None
        raise error


def disk_error(error: BaseException, *, named: bool = False) -> DiskError | None:
    """The error as one of the disk, with the path if `named`; None where it is of another kind."""
    code, text = getattr(error, "errno", None), str(error)
    where = f" ({name})" if named and (name := getattr(error, "filename", None)) else ""
    if code in _FULL_CODES or _FULL.search(text):
        return DiskError(
            f"Đĩa đầy hoặc không ghi được{where}. Hãy giải phóng dung lượng rồi làm lại; dữ liệu đã lưu còn nguyên.",
            f"The disk is full or fails{where}. Free some space and try again; what is stored is untouched.",
        )
    if code == errno.EROFS or _READ_ONLY.search(text):
        return DiskError(
            f"Đĩa chỉ đọc, không ghi được{where}. Kiểm tra đĩa và ASSISTANT_DATA_DIR; vẫn sao lưu được bằng "
            "`assistant backup TỆP` rồi khôi phục trên đĩa khác.",
            f"The disk is read-only{where}. Check it and ASSISTANT_DATA_DIR; `assistant backup FILE` still works, "
            "to be restored on another disk.",
        )
    if code in _DENIED_CODES or (isinstance(error, sqlite3.OperationalError) and "unable to open" in text):
        return DiskError(
            f"Không có quyền đọc ghi{where}. Kiểm tra chủ sở hữu của thư mục dữ liệu, ví dụ bằng `assistant doctor`.",
            f"No permission to read or write{where}. Check who owns the data folder, such as with `assistant doctor`.",
        )
    return None
