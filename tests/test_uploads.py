"""Changing the corpus over the API: upload, job, original, deletion; feedback that eval can read."""

from __future__ import annotations

import errno
import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from guarded import Guarded, finished, guarded

from assistant.api import Library, ServiceLimits
from assistant.api.originals import safe_name
from assistant.wiring import CorpusEditing
from eval.feedback import read_feedback
from ingest.pipeline import FileResult
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import InvalidInputError

NOTICE = """THÔNG BÁO
Lịch tiếp công dân của xã Thanh Khê

Mục 1. Chủ tịch xã Thanh Khê tiếp công dân vào sáng thứ Tư hằng tuần tại trụ sở Ủy ban nhân dân xã.
"""
QUESTION = "Chủ tịch xã Thanh Khê tiếp công dân vào ngày nào?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, embeddings: PolicyEmbeddings) -> Iterator[Guarded]:
    limits = ServiceLimits(max_upload_bytes=200_000)
    with guarded(tmp_path_factory.mktemp("uploads"), embeddings, limits) as server:
        yield server


@pytest.fixture
def editor(server: Guarded) -> TestClient:
    return server.client("editor A")


def upload(client: TestClient, *files: tuple[str, bytes], **headers: str) -> dict[str, object]:
    """The finished job of an upload."""
    sent = client.post("/v1/documents", files=[("file", file) for file in files], headers=headers)
    assert sent.status_code == 202, sent.text
    assert sent.json()["total"] == len(files)
    return finished(client, sent.headers["location"])


def only(job: dict[str, object]) -> dict[str, object]:
    (file,) = job["files"]  # type: ignore[misc]
    return dict(file)


def test_an_upload_is_answered_from_and_can_be_downloaded_and_deleted(server: Guarded, editor: TestClient) -> None:
    assert editor.post("/v1/ask", json={"question": QUESTION}).json()["status"] == "abstained"
    job = upload(editor, ("lich-tiep-dan.txt", NOTICE.encode()))
    assert (job["status"], job["done"], job["collection"]) == ("done", 1, "A")
    file = only(job)
    assert file["outcome"] == "added"
    answer = editor.post("/v1/ask", json={"question": QUESTION}).json()
    assert "thứ Tư" in answer["answer"]
    assert answer["citations"][0]["source"] == "lich-tiep-dan.txt"
    original = server.client("reader A").get(f"/v1/documents/{file['document_id']}/file")
    assert original.content == NOTICE.encode()
    assert original.headers["content-disposition"] == 'attachment; filename="lich-tiep-dan.txt"'
    assert original.headers["content-type"] == "application/octet-stream"
    assert server.client("reader B").get(f"/v1/documents/{file['document_id']}/file").status_code == 404
    assert editor.delete(f"/v1/documents/{file['document_id']}").status_code == 204
    assert editor.get(f"/v1/documents/{file['document_id']}").status_code == 404
    assert editor.post("/v1/ask", json={"question": QUESTION}).json()["status"] == "abstained"
    assert [path.name for path in (server.folder / "originals").iterdir() if len(path.name) == 64] == []


def test_a_changed_file_becomes_a_version_with_its_own_original(editor: TestClient) -> None:
    first = only(upload(editor, ("thong-bao.txt", NOTICE.encode())))
    changed = NOTICE.replace("thứ Tư", "thứ Sáu").encode()
    second = only(upload(editor, ("thong-bao.txt", changed)))
    assert (second["outcome"], second["document_id"]) == ("new_version", first["document_id"])
    path = f"/v1/documents/{first['document_id']}/file"
    assert editor.get(path).content == changed
    assert editor.get(path, params={"version": 1}).content == NOTICE.encode()
    assert only(upload(editor, ("thong-bao.txt", changed)))["outcome"] == "unchanged"
    editor.delete(f"/v1/documents/{first['document_id']}")


def test_several_files_of_which_some_cannot_be_read(editor: TestClient) -> None:
    job = upload(editor, ("hong.docx", b"PK\x03\x04hong"), ("lich.txt", NOTICE.encode()), ("anh.png", b"\x89PNG\r\n"))
    assert job["status"] == "done"
    outcomes = {file["name"]: file["outcome"] for file in job["files"]}  # type: ignore[attr-defined]
    assert outcomes == {"hong.docx": "failed", "lich.txt": "added", "anh.png": "failed"}
    for file in job["files"]:  # type: ignore[attr-defined]
        assert (file["outcome"] == "failed") == bool(file["document_id"] is None)
        if file["outcome"] == "failed":
            assert file["name"] in file["reason"]
            assert "/tmp" not in file["reason"]
        else:
            editor.delete(f"/v1/documents/{file['document_id']}")


def test_a_zip_bomb_and_a_hostile_package_are_only_failed_files(editor: TestClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * 80_000_000)
        package.writestr("../../../../tmp/policy-assistant-escaped", b"x")
    assert only(upload(editor, ("bom.docx", packed.getvalue())))["outcome"] == "failed"
    assert not Path("/tmp/policy-assistant-escaped").exists()


def test_the_same_request_under_its_key_is_done_once(server: Guarded, editor: TestClient) -> None:
    text = NOTICE.replace("Thanh Khê", "Hòa An").encode()
    first = upload(editor, ("hoa-an.txt", text), **{"Idempotency-Key": "k1"})
    again = upload(editor, ("hoa-an.txt", text), **{"Idempotency-Key": "k1"})
    assert again["id"] == first["id"]
    other = editor.post("/v1/documents", files={"file": ("khac.txt", b"x")}, headers={"Idempotency-Key": "k1"})
    assert other.status_code == 422
    assert other.json()["type"] == "/problems/idempotency-conflict"
    admin = server.client("admin")  # another key's requests are its own
    files = {"file": ("hoa-an.txt", text)}
    sent = admin.post("/v1/documents", files=files, data={"collection": "A"}, headers={"Idempotency-Key": "k1"})
    assert sent.json()["id"] != first["id"]
    assert only(finished(admin, sent.headers["location"]))["outcome"] == "unchanged"
    editor.delete(f"/v1/documents/{only(first)['document_id']}")


def test_what_cannot_be_an_upload_is_refused(editor: TestClient) -> None:
    def refused(status: int, **sent: object) -> str:
        response = editor.post("/v1/documents", **sent)  # type: ignore[arg-type]
        assert response.status_code == status, response.text
        return str(response.json()["type"])

    assert refused(415, json={"file": "x"}) == "/problems/unsupported-media-type"
    assert refused(422, data={"collection": "A"}, files={"other": ("a.txt", b"x")}) == "/problems/invalid-input"
    assert refused(422, files=[("file", (f"{n}.txt", b"x")) for n in range(21)]) == "/problems/invalid-input"
    assert refused(413, files={"file": ("to.txt", b"x" * 200_001)}) == "/problems/too-large"
    assert (
        refused(422, content=b"--x\r\nhong", headers={"Content-Type": "multipart/form-data"})
        == "/problems/invalid-input"
    )
    boundary = {"Content-Type": "multipart/form-data; boundary=x"}
    parts = [b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n', *[b"y" * 50_000] * 5]
    assert refused(413, content=iter(parts), headers=boundary) == "/problems/too-large"  # not announced
    assert refused(422, data={"collection": "x" * 101}, files={"file": ("a.txt", b"x")}) == "/problems/invalid-input"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\a.docx", "a.docx"),
        ("/etc/cron.d/x.txt", "x.txt"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("\u202egnp.txt", "gnp.txt"),
        ("Ba\u0301o ca\u0301o.pdf", "Báo cáo.pdf"),
        ("..txt", "txt"),
        ("<img src=x>.txt", "<img src=x>.txt"),
    ],
)
def test_names_lead_nowhere(sent: str, kept: str) -> None:
    assert safe_name(sent) == kept
    assert len(safe_name("ệ" * 500 + ".docx").encode()) <= 200
    assert safe_name("ệ" * 500 + ".docx").endswith(".docx")
    for nothing in ("", "..", "a/", "\x00", " . "):
        with pytest.raises(InvalidInputError):
            safe_name(nothing)


def test_uploads_left_by_a_server_that_stopped_are_taken_up_again(tmp_path: Path, server: Guarded) -> None:
    class Stopped(CorpusEditing):
        """A server killed in the middle of its work."""

        def ingest(self, path: Path, collection: str) -> object:  # type: ignore[override]
            raise SystemExit

    stopped = Library(Stopped(server.store), tmp_path)  # type: ignore[arg-type]
    job = stopped.submit("k", "A", [("lich.txt", io.BytesIO(NOTICE.encode()))], None)
    stopped.close()
    assert stopped.jobs is not None
    again = Library(CorpusEditing(server.store), tmp_path)
    again.close()
    after = Library(CorpusEditing(server.store), tmp_path)
    done = after.jobs.get(job.id)
    assert done.status == "done"
    assert done.files[0].outcome == "added"
    after.remove(done.files[0].document_id)
    after.close()


def test_an_upload_that_a_full_disk_keeps_out_is_tried_again(tmp_path: Path, server: Guarded) -> None:
    class Full(CorpusEditing):
        """The disk is full while the first two attempts are made: told in the result, and by an error."""

        attempts = 0

        def ingest(self, path: Path, collection: str) -> FileResult:
            self.attempts += 1
            if self.attempts == 1:
                return FileResult(path, "failed", "Đĩa đầy.", passing=True)
            if self.attempts == 2:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().ingest(path, collection)

    library = Library(Full(server.store), tmp_path, again_s=0.01)
    job = library.submit("k", "A", [("nghi.txt", io.BytesIO(NOTICE.replace("Thanh Khê", "Tân An").encode()))], None)
    while (done := library.jobs.get(job.id)).status not in ("done", "failed"):
        time.sleep(0.05)
    assert [file.outcome for file in done.files] == ["added"]
    library.remove(done.files[0].document_id)
    library.close()


def test_feedback_becomes_questions_of_a_set(server: Guarded) -> None:
    reader = server.client("reader A")
    question = "Mỗi mô hình cấp huyện được hỗ trợ bao nhiêu?\nid: giả"
    answer = reader.post("/v1/ask", json={"question": question}).json()
    good = {"question": question, "answer": answer, "rating": "up"}
    bad = {**good, "rating": "down", "reason": "wrong", "corrected_answer": "10 triệu đồng", "comment": "xem lại\n{}"}
    for body in (good, bad):
        assert reader.post("/v1/feedback", json=body).status_code == 201
    path = server.folder / "feedback.jsonl"
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    assert path.stat().st_mode & 0o077 == 0
    found = read_feedback(path)
    assert not found.problems
    assert [q.answerable for q in found.questions] == [True, True]
    assert found.questions[1].facts == (("10 triệu đồng",),)
    assert json.loads(path.read_text(encoding="utf-8").splitlines()[0])["key"]
    assert reader.post("/v1/feedback", json={**good, "rating": "meh"}).status_code == 422
