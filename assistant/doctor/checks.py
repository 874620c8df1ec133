"""The checks, each of one part of an installation. None changes anything."""

from __future__ import annotations

import logging
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator

import httpx

from assistant.doctor.access import access, record
from assistant.doctor.finding import Finding
from assistant.settings import Settings
from assistant.wiring import chat_check, engine_address, open_embeddings, open_generator
from vectorstore.catalogue import Catalogue
from vectorstore.engine.client import connect
from vectorstore.errors import PolicyError
from vectorstore.published import CATALOGUE, PublishedCatalogue

log = logging.getLogger(__name__)
_LEAST_FREE, _FEW_FREE = 200 * 2**20, 2 * 2**30
_PATIENCE_S = 5
Check = Callable[[Settings], Iterator[Finding]]


def examine(settings: Settings) -> Iterator[Finding]:
    """Every check in turn; one that breaks off is itself a problem."""
    for name, check in CHECKS.items():
        try:
            yield from check(settings)
        except PolicyError as error:
            yield Finding(name, "problem", str(error), error.english)
        except Exception as error:
            log.debug("check %s failed", name, exc_info=True)
            yield Finding(name, "problem", f"Không kiểm tra được: {error}.", f"The check broke off: {error}.")


def data_folder(settings: Settings) -> Iterator[Finding]:
    """Whether the folder can be written and has room."""
    folder = settings.data_dir.resolve()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        if not existing.is_dir():
            raise NotADirectoryError(20, "is not a folder", str(existing))
        probe = existing / ".assistant-doctor"
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        yield Finding("data", "problem", f"Không ghi được vào thư mục dữ liệu {folder}: {error.strerror}.",
                      f"The data folder {folder} cannot be written: {error.strerror}.",
                      f"chown -R $(id -un) {folder} · ASSISTANT_DATA_DIR=…")  # fmt: skip
    else:
        yield Finding("data", "ok", f"Thư mục dữ liệu {folder} ghi được.", f"The data folder {folder} can be written.")
    free = shutil.disk_usage(existing).free
    told = f"{free / 2**30:.1f} GB"
    if free >= _FEW_FREE:
        yield Finding("disk", "ok", f"Đĩa còn {told}.", f"{told} of disk are free.")
    else:
        yield Finding("disk", "problem" if free < _LEAST_FREE else "warning", f"Đĩa gần đầy, chỉ còn {told}.",
                      f"The disk is nearly full: {told} left.", f"du -sh {folder}/*")  # fmt: skip


def model(settings: Settings) -> Iterator[Finding]:
    """Whether the embedding model is there and whole."""
    try:
        embeddings = open_embeddings(settings)
    except PolicyError as error:
        yield Finding("model", "problem", str(error), error.english, "assistant models prepare")
        return
    except ImportError as error:  # a model that is not prepared, where what prepares models is left out
        yield Finding("model", "problem", f"Mô hình {settings.embedding_model} chưa được chuẩn bị: {error}.",
                      f"Model {settings.embedding_model} is not prepared: {error}.",
                      "assistant models prepare")  # fmt: skip
        return
    yield Finding("model", "ok", f"Mô hình nhúng {embeddings.model_id}.", f"Embedding model {embeddings.model_id}.")


def index(settings: Settings) -> Iterator[Finding]:
    """Whether there are documents, indexed with the model configured."""
    path = (settings.read_from or settings.data_dir / "index") / CATALOGUE
    if not path.exists():
        yield Finding("index", "problem", "Kho chưa có văn bản nào.", "There are no documents yet.",
                      "assistant ingest <thư mục>")  # fmt: skip
        return
    catalogue = PublishedCatalogue(path) if settings.read_from else Catalogue(path)
    made_with, count = catalogue.get_meta("embedding_model"), catalogue.count()
    if not count:
        yield Finding("index", "problem", "Kho chưa có văn bản nào.", "There are no documents yet.",
                      "assistant ingest <thư mục>")  # fmt: skip
        return
    try:
        configured = open_embeddings(settings).model_id
    except (PolicyError, ImportError):
        return  # told by the check of the model
    if made_with and made_with != configured:
        yield Finding("index", "problem", f"Chỉ mục được lập bằng mô hình {made_with}, cấu hình chọn {configured}.",
                      f"The index was made with model {made_with}, but {configured} is configured.",
                      "assistant reindex · ASSISTANT_EMBEDDING_MODEL=…")  # fmt: skip
        return
    yield Finding("index", "ok", f"Kho có {count} văn bản.", f"There are {count} documents.")


def chroma(settings: Settings) -> Iterator[Finding]:
    """Whether the Chroma server answers."""
    if not settings.chroma_url:
        return
    try:
        httpx.get(f"{settings.chroma_url.rstrip('/')}/api/v2/heartbeat", timeout=_PATIENCE_S).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield Finding("chroma", "problem", f"Không kết nối được máy chủ Chroma {settings.chroma_url}: {error}.",
                      f"The Chroma server {settings.chroma_url} cannot be reached: {error}.",
                      "chroma run --path … · ASSISTANT_CHROMA_URL=…")  # fmt: skip
        return
    yield Finding("chroma", "ok", f"Máy chủ Chroma {settings.chroma_url} trả lời.", "The Chroma server answers.")


def engine(settings: Settings) -> Iterator[Finding]:
    """Whether the server that searches in the place of Chroma answers."""
    try:
        address = engine_address(settings)
        if address is None:
            return
        connect(address, _PATIENCE_S).close()
    except PolicyError as error:
        yield Finding("search", "problem", str(error), error.english, "ASSISTANT_SEARCH_URL=…")
        return
    yield Finding("search", "ok", f"Máy chủ tìm kiếm {settings.search_url} trả lời.", "The search server answers.")


def chat_model(settings: Settings) -> Iterator[Finding]:
    """Whether the chat model can be used, and its server reached."""
    if not settings.chat_model:
        yield Finding("chat", "ok", "Không dùng mô hình hội thoại: câu trả lời trích nguyên văn.",
                      "No chat model: answers are verbatim.")  # fmt: skip
        return
    open_generator(settings)
    reachable = chat_check(settings)
    if reachable is not None and not reachable():
        yield Finding("chat", "warning", f"Không gọi được mô hình hội thoại tại {settings.chat_base_url}.",
                      f"The chat model at {settings.chat_base_url} cannot be reached; answers will be verbatim.",
                      f"curl {settings.chat_base_url}/models · ASSISTANT_CHAT_BASE_URL=…")  # fmt: skip
        return
    yield Finding("chat", "ok", f"Mô hình hội thoại {settings.chat_model}.", f"Chat model {settings.chat_model}.")


def programs(_: Settings) -> Iterator[Finding]:
    """What reads scanned pages and older office files."""
    if shutil.which("soffice") or shutil.which("libreoffice"):
        yield Finding("office", "ok", "LibreOffice: đọc được .doc, .rtf, .odt.", "LibreOffice is there.")
    else:
        yield Finding("office", "warning", "Chưa có LibreOffice nên không đọc được tệp .doc, .rtf, .odt.",
                      "Without LibreOffice .doc, .rtf and .odt files cannot be read.",
                      "apt-get install libreoffice-writer-nogui")  # fmt: skip
    if shutil.which("tesseract") is None:
        found = "Chưa có Tesseract nên không đọc được trang quét.", "Without Tesseract scanned pages cannot be read."
    elif "vie" not in _output(["tesseract", "--list-langs"]).split():
        found = "Tesseract chưa có tiếng Việt.", "Tesseract lacks Vietnamese."
    else:
        yield Finding("ocr", "ok", "Tesseract có tiếng Việt: đọc được trang quét.", "Tesseract reads Vietnamese.")
        return
    yield Finding("ocr", "warning", *found, "apt-get install tesseract-ocr tesseract-ocr-vie")


def identity_provider(settings: Settings) -> Iterator[Finding]:
    """Whether people can get to the sign-in of the organisation, and whether it is the one configured."""
    if not settings.oidc_issuer:
        return
    address = f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        answer = httpx.get(address, timeout=_PATIENCE_S)
        answer.raise_for_status()
        issuer = answer.json().get("issuer")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, AttributeError) as error:
        yield Finding("oidc", "problem", f"Không đọc được {address}: {error}.", f"{address} cannot be read: {error}.",
                      "ASSISTANT_OIDC_ISSUER=…")  # fmt: skip
        return
    if issuer != settings.oidc_issuer:
        yield Finding("oidc", "problem", f"Hệ thống đăng nhập tự gọi là {issuer}, cấu hình ghi {settings.oidc_issuer}.",
                      f"The identity provider calls itself {issuer}, not {settings.oidc_issuer}.",
                      f"ASSISTANT_OIDC_ISSUER={issuer}")  # fmt: skip
        return
    yield Finding("oidc", "ok", f"Hệ thống đăng nhập {issuer} trả lời.", f"The identity provider {issuer} answers.")


def _output(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL)
    return done.stdout + done.stderr


def owner(settings: Settings) -> Iterator[Finding]:
    """Whether this is run by the user whose data they are: databases opened by another leave files of theirs."""
    if not settings.data_dir.exists() or not hasattr(os, "geteuid"):
        return
    number = settings.data_dir.stat().st_uid
    if number == os.geteuid():
        yield Finding("owner", "ok", "Thư mục dữ liệu thuộc người dùng này.", "The data folder is this user's.")
        return
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = f"#{number}"
    yield Finding("owner", "warning", f"Thư mục dữ liệu thuộc người dùng {name}; hãy chạy các lệnh dưới tên đó.",
                  f"The data folder belongs to {name}; run commands as that user.",
                  f"sudo -u {name} assistant doctor")  # fmt: skip


CHECKS: dict[str, Check] = {
    "owner": owner,
    "data": data_folder,
    "model": model,
    "index": index,
    "chroma": chroma,
    "search": engine,
    "access": access,
    "audit": record,
    "oidc": identity_provider,
    "chat": chat_model,
    "programs": programs,
}
