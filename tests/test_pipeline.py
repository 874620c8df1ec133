"""From files to the store: what is new, what changed, what could not be read."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.pipeline import Progress, find_files, ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import NotFoundError
from vectorstore.store import Store

FIRST = "Kết quả hòa giải năm 2022\n\nNăm 2022, toàn huyện có 142 tổ hòa giải, hòa giải thành 310 vụ việc.\n"
SECOND = FIRST.replace("310", "312")


@pytest.fixture
def store(embeddings: PolicyEmbeddings, tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "index", embeddings)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "van-ban"
    path.mkdir()
    (path / "hoa-giai.txt").write_text(FIRST, encoding="utf-8")
    return path


def test_added_then_unchanged_then_a_new_version_and_back(store: Store, folder: Path) -> None:
    file = folder / "hoa-giai.txt"
    (added,) = ingest([folder], store).added
    assert added.chunks == 1 and added.document_id.startswith("d") and len(added.document_id) == 16
    (unchanged,) = ingest([folder], store).unchanged
    assert unchanged.document_id == added.document_id
    file.write_text(SECOND, encoding="utf-8")
    (changed,) = ingest([folder], store).new_versions
    assert changed.document_id == added.document_id
    now = store.document(added.document_id)
    assert now is not None and now.version == 2 and "312" in now.text
    file.write_text(FIRST, encoding="utf-8")
    assert ingest([folder], store).new_versions
    back = store.document(added.document_id)
    assert back is not None and back.version == 3 and "310" in back.text


def test_the_same_text_under_another_name_is_one_document(store: Store, folder: Path) -> None:
    (folder / "ban-sao.txt").write_text(FIRST, encoding="utf-8")
    summary = ingest([folder], store)
    assert len(summary.added) == len(summary.unchanged) == 1
    assert len(store.documents()) == 1


def test_a_near_duplicate_is_linked_and_said(store: Store, folder: Path) -> None:
    body = (
        Path(__file__).resolve().parents[1] / "eval" / "sample" / "documents" / "hoi-nghi-dan-van-2023.txt"
    ).read_text("utf-8")
    (folder / "goc.txt").write_text(body, encoding="utf-8")
    (folder / "sao.txt").write_text(
        body.replace("Nhân dân", "nhân dân").replace("6 nhiệm vụ", "sáu nhiệm vụ"), encoding="utf-8"
    )
    first, second = sorted(
        ingest([folder / "goc.txt", folder / "sao.txt"], store).added, key=lambda result: result.path.name
    )
    assert "goc.txt" in second.reason and not first.reason
    stored = store.document(second.document_id)
    assert stored is not None and stored.provenance["near_duplicate_of"] == first.document_id


def test_collections_are_apart(store: Store, folder: Path) -> None:
    one = ingest([folder], store, "xa").added[0]
    two = ingest([folder], store, "huyen").added[0]
    assert one.document_id != two.document_id


def test_a_bad_file_is_reported_and_stops_no_other(store: Store, folder: Path) -> None:
    (folder / "a-hong.pdf").write_bytes(b"%PDF-1.4 broken")
    (folder / "rong.txt").write_bytes(b"")
    seen: list[Progress] = []
    summary = ingest([folder], store, on_progress=seen.append)
    assert [result.path.name for result in summary.failed] == ["a-hong.pdf", "rong.txt"]
    assert all(result.reason for result in summary.failed) and len(summary.added) == 1
    assert [(item.done, item.total) for item in seen] == [(1, 3), (2, 3), (3, 3)]


def test_a_path_that_is_not_there_is_said_at_once(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="khong-co"):
        ingest([tmp_path / "khong-co"], store)


def test_folders_are_read_in_order_without_hidden_and_lock_files(folder: Path) -> None:
    (folder / "con").mkdir()
    for name in ("b.md", "a.txt", ".an.txt", "~$a.docx", "anh.png", "con/c.txt"):
        (folder / name).write_text("x", encoding="utf-8")
    assert [path.name for path in find_files([folder, folder / "a.txt"])] == ["a.txt", "b.md", "c.txt", "hoa-giai.txt"]


def test_an_unchanged_file_is_not_opened_again(store: Store, folder: Path) -> None:
    file = folder / "hoa-giai.txt"
    (added,) = ingest([folder], store).added
    before = file.stat()
    file.write_bytes(b"\xff" * before.st_size)  # were it read, it would be refused
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    (unchanged,) = ingest([folder], store).unchanged
    assert unchanged.document_id == added.document_id
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert not ingest([folder], store).unchanged


def test_asked_to_read_again_it_reads_again(store: Store, folder: Path) -> None:
    file = folder / "hoa-giai.txt"
    ingest([folder], store)
    before = file.stat()
    file.write_text(SECOND, encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert ingest([folder], store).unchanged
    assert ingest([folder], store, again=True).new_versions


def test_a_removed_document_comes_back_when_its_file_is_ingested_again(store: Store, folder: Path) -> None:
    (added,) = ingest([folder], store).added
    store.remove(added.document_id)
    assert ingest([folder], store).added


def test_files_of_one_name_in_two_folders_are_two_documents(store: Store, folder: Path) -> None:
    other = folder / "xa"
    other.mkdir()
    (other / "hoa-giai.txt").write_text(SECOND, encoding="utf-8")
    assert len(ingest([folder], store).added) == 2
    assert {"310" in d.text for d in store.documents()} == {True, False}
    (other / "hoa-giai.txt").write_text(SECOND.replace("312", "313"), encoding="utf-8")
    (changed,) = ingest([folder], store).new_versions
    assert changed.path == other / "hoa-giai.txt"
    assert [sorted(store.catalogue.sources(d.document_id)) for d in store.documents()] == [["hoa-giai.txt"]] * 2


def test_a_file_that_moved_keeps_its_document(store: Store, folder: Path) -> None:
    (added,) = ingest([folder], store).added
    (folder / "hoa-giai.txt").rename(folder.parent / "hoa-giai.txt")
    (folder.parent / "hoa-giai.txt").write_text(SECOND, encoding="utf-8")
    (changed,) = ingest([folder.parent / "hoa-giai.txt"], store).new_versions
    assert changed.document_id == added.document_id


def test_an_old_text_in_another_file_is_found_again(store: Store, folder: Path) -> None:
    (added,) = ingest([folder], store).added
    (folder / "hoa-giai.txt").write_text(SECOND, encoding="utf-8")
    ingest([folder], store)
    (folder / "ban-goc.txt").write_text(FIRST, encoding="utf-8")
    (again,) = ingest([folder], store).added
    assert again.document_id != added.document_id
    assert {d.source: "310" in d.text for d in store.documents()} == {"hoa-giai.txt": False, "ban-goc.txt": True}


def test_files_of_other_formats_are_counted(store: Store, folder: Path) -> None:
    (folder / "anh.png").write_bytes(b"\x89PNG")
    (folder / "bang.xlsx").write_bytes(b"PK")
    summary = ingest([folder], store)
    assert [path.name for path in summary.unsupported] == ["anh.png", "bang.xlsx"]
    assert len(summary.results) == 1


def test_stages_are_told_before_they_begin(store: Store, folder: Path) -> None:
    (folder / "rong.txt").write_bytes(b"")
    stages: list[tuple[int, str, str]] = []
    ingest([folder], store, on_stage=lambda stage: stages.append((stage.number, stage.path.name, stage.name)))
    assert stages == [(1, "hoa-giai.txt", "read"), (1, "hoa-giai.txt", "store"), (2, "rong.txt", "read")]


def test_a_folder_inside_itself_is_read_once(folder: Path) -> None:
    (folder / "vong").symlink_to(folder, target_is_directory=True)
    (folder / "vong-nua").symlink_to(folder.parent, target_is_directory=True)
    assert [path.name for path in find_files([folder])] == ["hoa-giai.txt"]


def test_folders_nested_deeper_than_paths_may_be_long(store: Store, folder: Path) -> None:
    inside = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("abcd", dir_fd=inside)
        inside, outer = os.open("abcd", os.O_RDONLY, dir_fd=inside), inside
        os.close(outer)
    os.close(inside)
    summary = ingest([folder], store)
    assert len(summary.added) == 1 and "không đọc được thư mục" in summary.failed[0].reason
    subprocess.run(["rm", "-rf", str(folder)], check=True)
