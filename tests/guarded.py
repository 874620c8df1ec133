"""A whole server with keys over two collections, one of which holds a secret; for tests of who may see what."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.access import KeyStore
from assistant.api import ConversationStore, FeedbackFile, Library, ServiceLimits, create_app
from assistant.settings import Settings
from assistant.ui import mount
from assistant.wiring import CorpusEditing, ingest_paths, open_assistant
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

OPEN_TEXT = """ỦY BAN NHÂN DÂN TỈNH LÂM GIANG
Số: 41/2023/QĐ-UBND

QUYẾT ĐỊNH
Về mức hỗ trợ mô hình Dân vận khéo

Điều 1. Mỗi mô hình cấp xã được hỗ trợ 5 triệu đồng từ ngân sách địa phương.
Điều 2. Mỗi mô hình cấp huyện được hỗ trợ 8 triệu đồng từ ngân sách địa phương.
Điều 3. Sở Tài chính hướng dẫn thủ tục thanh toán kinh phí hỗ trợ các mô hình hằng năm.
"""
SECRET = "Hoàng Oanh Vĩ"  # a code name that only collection B has
SECRET_NUMBER = "739182"
SECRET_SYMBOL = "77-KH/MẬT"
SECRET_TEXT = f"""ỦY BAN NHÂN DÂN TỈNH LÂM GIANG
Số: {SECRET_SYMBOL}

KẾ HOẠCH
Diễn tập {SECRET} của tỉnh Lâm Giang

Mục 1. Diễn tập mang mật danh {SECRET} tổ chức ngày 19 tháng 5 năm 2024 với {SECRET_NUMBER} lượt người tham gia.
Mục 2. Kinh phí diễn tập {SECRET} hỗ trợ mỗi mô hình cấp huyện là {SECRET_NUMBER} đồng.
Mục 3. Mặt trận Tổ quốc giám sát việc diễn tập và báo cáo kết quả.
"""
# What of the secret could show anywhere: the name in any spelling, the number in any form, the symbol, the file.
TRACES = ("hoàng oanh", "hoang oanh", "oanh vĩ", "739182", "739.182", "77-kh", "ke-hoach-kin", "diễn tập")
ROLES = ("none", "wrong", "reader A", "reader B", "editor A", "admin", "revoked", "expired")


class Guarded:
    """The application, and a key for every kind of reader."""

    def __init__(self, app: FastAPI, keys: KeyStore, folder: Path, store: Store) -> None:
        self.app = app
        self.keys = keys
        self.folder = folder
        self._addresses = count(1)
        self.store = store
        made = {
            "reader A": keys.create("đọc A", "reader", ["A"]),
            "reader B": keys.create("đọc B", "reader", ["B"]),
            "editor A": keys.create("sửa A", "editor", ["A"]),
            "admin": keys.create("quản trị", "admin"),
            "revoked": keys.create("đã thu hồi", "admin"),
            "expired": keys.create("hết hạn", "admin", expires=time.time() - 1),
        }
        keys.revoke(made["revoked"][0].id)
        self.texts = {"none": "", "wrong": "pa_000000000000_" + "x" * 43} | {
            who: text for who, (_, text) in made.items()
        }
        self.open_id, self.secret_id = (
            next(d.document_id for d in store.listing() if d.collection == name) for name in ("A", "B")
        )

    def headers(self, who: str) -> dict[str, str]:
        """What `who` sends to be let in."""
        return {"Authorization": f"Bearer {self.texts[who]}"} if self.texts[who] else {}

    def client(self, who: str = "none") -> TestClient:
        """A client of `who`, from an address of its own, so that wrong keys of one do not slow another."""
        address = f"192.0.2.{next(self._addresses) % 250}"
        return TestClient(
            self.app, headers=self.headers(who), client=(address, 1), raise_server_exceptions=False,
            follow_redirects=False,
        )  # fmt: skip


@contextmanager
def guarded(folder: Path, embeddings: PolicyEmbeddings, limits: ServiceLimits | None = None) -> Iterator[Guarded]:
    """The server over collection A (open) and B (secret)."""
    files = folder / "files"
    files.mkdir()
    (files / "quyet-dinh-ho-tro.txt").write_text(OPEN_TEXT, encoding="utf-8")
    (files / "ke-hoach-kin.txt").write_text(SECRET_TEXT, encoding="utf-8")
    settings = Settings(data_dir=folder)
    store = Store(folder / "index", embeddings)
    ingest_paths(settings, [files / "quyet-dinh-ho-tro.txt"], "A", store=store)
    ingest_paths(settings, [files / "ke-hoach-kin.txt"], "B", store=store)
    keys = KeyStore(folder / "access.sqlite3")
    library = Library(CorpusEditing(store), folder)
    conversations = ConversationStore()
    app = create_app(
        open_assistant(settings, store),
        limits,
        conversations,
        keys=keys,
        library=library,
        feedback=FeedbackFile(folder / "feedback.jsonl"),
    )
    try:
        yield Guarded(mount(app, folder / "eval-results"), keys, folder, store)
    finally:
        library.close()
        conversations.close()
        keys.close()
        store.close()


def finished(client: TestClient, location: str) -> dict[str, object]:
    """The job at `location` once it has ended."""
    while True:
        job: dict[str, object] = client.get(location).json()
        if job["status"] in ("done", "failed"):
            return job
        time.sleep(0.05)
