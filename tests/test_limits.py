"""Hostile, damaged and outsized files: a reason each, bounded memory, the others and the old index unharmed."""

import json
import os
import shutil
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import docx
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingest.loaders.apart import LOADER
from ingest.pipeline import FileResult, Stage, ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.store import Store

GOOD = "Kết quả hòa giải năm 2022\n\nNăm 2022, toàn huyện có 142 tổ hòa giải, hòa giải thành 310 vụ việc.\n"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MOST_MEMORY = 1.5 * 2**30


def package(path: Path, document: bytes = b"<w:document/>", **others: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
        for name, data in others.items():
            archive.writestr(f"word/{name}.xml", data)


def zip_bomb(path: Path) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as entry,
    ):
        for _ in range(700):
            entry.write(bytes(2**20))


def lying_directory(path: Path) -> None:
    """A package that claims a table of contents larger than itself."""
    package(path)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x05\x06")
    data[at + 12 : at + 16] = struct.pack("<I", 2**31)
    path.write_bytes(data)


def locked_zip(path: Path) -> None:
    package(path)
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + flags] |= 1
    path.write_bytes(data)


def locked_office(path: Path) -> None:
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    )


def pdf(path: Path, **options: object) -> None:
    canvas = Canvas(str(path), **options)
    canvas.drawString(72, 720, "Toan huyen co 142 to hoa giai trong nam 2022, hoa giai thanh 310 vu viec.")
    canvas.save()


def locked_pdf(path: Path) -> None:
    pdf(path, encrypt=StandardEncryption("mat-khau", ownerPassword="chu", canPrint=0))


def cut_pdf(path: Path) -> None:
    pdf(path)
    path.write_bytes(path.read_bytes()[:300])


def nested_docx(path: Path) -> None:
    depth = 200_000
    inner = f'<w:document xmlns:w="{WORD}"><w:body>' + "<w:sdt>" * depth + "</w:sdt>" * depth + "</w:body></w:document>"
    package(path, inner.encode())


def entities(path: Path) -> None:
    """The billion laughs: entities that stand for ten of the entity before."""
    names = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    body = f'<w:document xmlns:w="{WORD}"><w:body>&e11;</w:body></w:document>'
    package(path, f'<!DOCTYPE d [<!ENTITY e0 "ha ha ha ">{names}]>{body}'.encode())


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(300 * 2**20)


def long_text(path: Path) -> None:
    path.write_text("Toàn huyện có nhiều tổ hòa giải đang hoạt động.\n" * 70_000, encoding="utf-8")


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "rong.txt": (lambda path: path.write_bytes(b""), "0 byte"),
    "rong.docx": (lambda path: path.write_bytes(b""), "0 byte"),
    "lon.txt": (sparse, "300 MB vượt giới hạn 100 MB"),
    "lon.pdf": (sparse, "300 MB vượt giới hạn 100 MB"),
    "dai.txt": (long_text, "vượt giới hạn 3,000,000"),
    "bom.docx": (zip_bomb, "giới hạn an toàn"),
    "muc-luc.docx": (lying_directory, "giới hạn an toàn"),
    "khoa.docx": (locked_office, "mật khẩu"),
    "khoa-zip.docx": (locked_zip, "mật khẩu"),
    "khoa.pdf": (locked_pdf, "mật khẩu"),
    "cut.pdf": (cut_pdf, "hỏng"),
    "cut.docx": (lambda path: path.write_bytes(b"PK\x03\x04 cut off"), "hỏng"),
    "long-nhau.docx": (nested_docx, "hỏng"),
    "thuc-the.docx": (entities, "hỏng"),
    "anh.docx": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500)), "hỏng"),
    "khong-chu.txt": (lambda path: path.write_bytes(bytes(range(1, 255)) * 9 + b"\x00"), "không phải văn bản"),
}


@pytest.fixture
def store(embeddings: PolicyEmbeddings, tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "index", embeddings)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "van-ban"
    path.mkdir()
    (path / "a-tot.txt").write_text(GOOD, encoding="utf-8")
    (path / "z-tot.md").write_text(f"# {GOOD.replace('310', '311')}", encoding="utf-8")
    return path


def outcome(store: Store, path: Path) -> FileResult:
    (result,) = ingest([path], store).results
    return result


def test_each_hostile_file_has_its_reason_and_harms_no_other(store: Store, folder: Path) -> None:
    for name, (make, _) in HOSTILE.items():
        make(folder / name)
    summary = ingest([folder], store)
    reasons = {result.path.name: result.reason for result in summary.failed}
    assert {name: said for name, (_, said) in HOSTILE.items() if said not in reasons.get(name, "")} == {}
    assert all(reason.startswith(name) for name, reason in reasons.items())
    assert sorted(result.path.name for result in summary.added) == ["a-tot.txt", "z-tot.md"]


def test_mislabelled_files_are_read_for_what_they_are(store: Store, folder: Path) -> None:
    page, letter = folder / "trang.pdf", folder / "thu.txt"
    page.write_text(f"<!DOCTYPE html><html><body><h1>Tin</h1><p>{GOOD}</p></body></html>", encoding="utf-8")
    document = docx.Document()
    document.add_paragraph("Kết quả hòa giải")
    document.add_paragraph(GOOD.split("\n\n")[1].strip().replace("142", "143"))
    document.save(str(letter))
    assert "nội dung là HTML" in outcome(store, page).reason
    assert "nội dung là DOCX" in outcome(store, letter).reason
    assert any("143 tổ hòa giải" in d.text for d in store.documents())


@pytest.mark.parametrize("depth", [3_000, 60_000])
def test_deeply_nested_pages_are_read_or_refused(store: Store, folder: Path, depth: int) -> None:
    page = folder / "sau.html"
    page.write_text(
        f"<html><body><h1>Tin</h1>{'<div>' * depth}<p>{GOOD}</p>{'</div>' * depth}</body></html>", encoding="utf-8"
    )
    result = outcome(store, page)
    assert result.outcome == "added" or "quá nhiều bộ nhớ" in result.reason
    assert outcome(store, folder / "a-tot.txt").outcome == "added"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(store: Store, folder: Path) -> None:
    (folder / "a-tot.txt").chmod(0)
    assert "không đọc được tệp" in outcome(store, folder / "a-tot.txt").reason


def test_a_file_that_is_no_file(store: Store, folder: Path) -> None:
    (folder / "lien-ket.txt").symlink_to(folder / "khong-co.txt")
    os.mkfifo(folder / "ong.txt")
    summary = ingest([folder], store)
    assert sorted(result.path.name for result in summary.failed) == ["lien-ket.txt", "ong.txt"]
    assert len(summary.added) == 2


def test_the_size_limit_is_the_callers(store: Store, folder: Path) -> None:
    (folder / "a-tot.txt").write_text(GOOD + " " * 2**20, encoding="utf-8")
    (failed,) = ingest([folder / "a-tot.txt"], store, max_bytes=2**20).failed
    assert "vượt giới hạn 1 MB" in failed.reason and "ASSISTANT_INGEST_MAX_MB" in failed.reason
    assert ingest([folder / "a-tot.txt"], store, max_bytes=2**21).added


def tree_memory(root: int) -> int:
    """Bytes held by a process and all that it started, directly or not."""
    held: dict[int, tuple[int, int]] = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            held[int(entry.name)] = (parent, int((entry / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))

    def descends(process: int) -> bool:
        while process and process != root:
            process = held.get(process, (0, 0))[0]
        return process == root

    return sum(memory for process, (_, memory) in held.items() if descends(process))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_stays_bounded(models_dir: Path, folder: Path, tmp_path: Path) -> None:
    for name, (make, _) in HOSTILE.items():
        make(folder / name)
    (folder / "the.html").write_text("<html><body>" + "<i>a</i>" * 4_000_000, encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "models").symlink_to(models_dir / "models")
    command = [sys.executable, "-m", "assistant.cli", "ingest", "--json", str(folder)]
    environment = {**os.environ, "ASSISTANT_DATA_DIR": str(tmp_path / "data")}
    most = 0
    with (tmp_path / "out.jsonl").open("w") as out, subprocess.Popen(command, stdout=out, env=environment) as process:
        while process.poll() is None:
            most = max(most, tree_memory(process.pid))
            time.sleep(0.05)
    assert process.returncode == 1
    assert most <= MOST_MEMORY
    told = {Path(row["path"]).name: row for row in map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())}
    assert "quá nhiều bộ nhớ" in told["the.html"]["reason"]
    assert told["a-tot.txt"]["outcome"] == told["z-tot.md"]["outcome"] == "added"


def test_nobody_waits_for_a_file_once_the_ingest_is_given_up(
    store: Store, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However early it is given up: the process that reads may not even have been started."""
    programs, read = tmp_path / "bin", tmp_path / "read"
    programs.mkdir()
    (programs / "soffice").write_text(f"#!/bin/sh\nsleep 100\ntouch {read}\n")
    (programs / "soffice").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    letter = folder / "thu.rtf"
    letter.write_bytes(b"{\\rtf1 Thong bao}")
    for _ in range(3):
        LOADER.close()
        with pytest.raises(KeyboardInterrupt):
            ingest([letter], store, on_stage=given_up)
    assert not read.exists()
    LOADER.close()


def given_up(stage: Stage) -> None:
    raise KeyboardInterrupt


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="a small disk needs root to be made")
def test_a_full_disk_is_said_and_the_old_index_keeps_serving(
    embeddings: PolicyEmbeddings, folder: Path, tmp_path: Path
) -> None:
    disk = tmp_path / "dia"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        store = Store(disk / "index", embeddings)
        assert ingest([folder / "a-tot.txt"], store).added
        filler = disk / "day"
        filler.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - 20_000)))
        big = folder / "dai.txt"
        big.write_text(
            "\n".join(f"Xã số {i} có {i * 3} tổ hòa giải hoạt động." for i in range(3_000)), encoding="utf-8"
        )
        (failed,) = ingest([big], store).failed
        assert "dai.txt" in failed.reason and "Đĩa đầy" in failed.reason
        assert [d.source for d in store.documents()] == ["a-tot.txt"]
        filler.unlink()
        store.close()
        store = Store(disk / "index", embeddings)
        assert [d.source for d in store.documents()] == ["a-tot.txt"]
        assert ingest([folder / "z-tot.md"], store).added
        assert store.lexical.count() == store.dense.count() == len(store.catalogue.ready_chunk_ids())
        store.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
