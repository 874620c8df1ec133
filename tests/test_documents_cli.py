"""`assistant documents`: what a person and a program are told of what is in the store."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from ingest.pipeline import ingest
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.errors import InvalidInputError, NotFoundError
from vectorstore.store import Store

SAMPLE = Path(__file__).resolve().parents[1] / "eval" / "sample" / "documents"
KEYS = [
    "document_id", "version", "source", "title", "kind", "symbol", "organ", "level", "place", "issue_date",
    "published_date", "event_date", "period", "signer", "status", "pages", "chunks", "warnings",
]  # fmt: skip
Run = Callable[..., str]


@pytest.fixture
def data(embeddings: PolicyEmbeddings, models_dir: Path, tmp_path: Path) -> Path:
    """A data folder with two decisions, the earlier amended by the later, and two near-identical reports."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "models").symlink_to(models_dir / "models")
    news = (SAMPLE / "hoi-nghi-dan-van-2023.txt").read_text(encoding="utf-8")
    (tmp_path / "tin.txt").write_text(news, encoding="utf-8")
    (tmp_path / "tin-lai.txt").write_text(news.replace("6 nhiệm vụ", "sáu nhiệm vụ"), encoding="utf-8")
    decisions = [SAMPLE / "quyet-dinh-31-2022-qd-ubnd.txt", SAMPLE / "quyet-dinh-08-2024-qd-ubnd.txt"]
    store = Store(folder / "index", embeddings)
    ingest([*decisions, tmp_path / "tin.txt", tmp_path / "tin-lai.txt"], store)
    store.close()
    return folder


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Standard output of `assistant documents …`; an expected error is raised."""
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(data))

    def call(*arguments: str) -> str:
        done = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["documents", *arguments])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.stdout

    return call


def rows(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines()]


def test_the_list_for_programs_has_the_agreed_keys(run: Run) -> None:
    listed = rows(run("--json"))
    assert rows(run("list", "--json")) == listed
    assert [list(row) for row in listed] == [KEYS] * 4
    by_symbol = {row["symbol"]: row for row in listed if row["symbol"]}
    assert by_symbol["31/2022/QĐ-UBND"]["status"] == "amended"
    assert by_symbol["31/2022/QĐ-UBND"]["issue_date"] == "2022-10-20"
    assert by_symbol["08/2024/QĐ-UBND"]["status"] == "unknown"
    assert all(isinstance(row["chunks"], int) and row["chunks"] > 0 for row in listed)


def test_the_list_for_people(run: Run) -> None:
    assert "31/2022/QĐ-UBND" in run() and "đã được sửa đổi" in run("list")


def test_a_document_is_shown_with_origins_relations_both_ways_and_validity(run: Run) -> None:
    shown = run("show", "31/2022/QĐ-UBND")
    assert "Ngày ban hành: 2022-10-20   ← địa danh, ngày tháng @" in shown
    assert "sửa đổi, bãi bỏ một phần bởi 08/2024/QĐ-UBND từ 2024-04-25" in shown
    assert "08/2024/QĐ-UBND: bãi bỏ (khoản 3 Điều 9)" in shown
    assert "bãi bỏ 27/2016/QĐ-UBND (không có trong kho)" in shown
    assert "sửa đổi, bổ sung 31/2022/QĐ-UBND (khoản 2 Điều 6) [d" in run("show", "quyet-dinh-08-2024-qd-ubnd.txt")


def test_twins_are_linked_both_ways(run: Run) -> None:
    first, second = (json.loads(run("show", name, "--json")) for name in ("tin.txt", "tin-lai.txt"))
    assert [twin["document_id"] for twin in first["near_duplicates"]] == [second["document_id"]]
    assert [twin["document_id"] for twin in second["near_duplicates"]] == [first["document_id"]]
    assert "tin-lai.txt" in run("show", "tin.txt").split("Gần trùng với")[1]


def test_blocks_show_what_is_kept_marked_and_dropped(run: Run) -> None:
    blocks = json.loads(run("show", "tin.txt", "--blocks", "--json"))["blocks"]
    treated = {(block["treatment"], block["kind"]) for block in blocks}
    assert ("kept", "body") in treated and ("marked", "caption") in treated and ("dropped", "boilerplate") in treated
    people = run("show", "08/2024/QĐ-UBND", "--blocks")
    assert people.index("Được giữ") < people.index("Được đánh dấu") < people.index("Bị bỏ")
    assert "phần ký" in people.split("Được đánh dấu")[1] and "nơi nhận" in people.split("Bị bỏ")[1]


def test_names_that_fit_several_or_none(run: Run) -> None:
    full = str(rows(run("--json"))[0]["document_id"])
    assert json.loads(run("show", full[:8], "--json"))["document_id"] == full
    with pytest.raises(NotFoundError):
        run("show", full[:2])
    with pytest.raises(NotFoundError, match="phiên bản 7"):
        run("show", full, "--version", "7")
    with pytest.raises(NotFoundError, match="99/2099"):
        run("remove", "99/2099/QĐ-UBND")
    with pytest.raises(InvalidInputError, match="2 văn bản"):
        run("show", twin_name(run))


def twin_name(run: Run) -> str:
    """A file name that two documents bear, after the same name has been ingested from another folder."""
    other = Path(str(json.loads(run("show", "tin.txt", "--json"))["paths"][0])).parent / "xa"
    other.mkdir()
    (other / "tin.txt").write_text("Tin của xã\n\nXã Nậm Sin có 12 tổ hòa giải đang hoạt động.\n", encoding="utf-8")
    CliRunner().invoke(app, ["ingest", str(other / "tin.txt")])
    return "tin.txt"


def test_history_and_removal(run: Run, data: Path) -> None:
    file = data.parent / "tin.txt"
    file.write_text(file.read_text(encoding="utf-8") + "\nHội nghị bế mạc lúc 11 giờ cùng ngày.\n", encoding="utf-8")
    CliRunner().invoke(app, ["ingest", str(file)])
    versions = rows(run("history", "tin.txt", "--json"))
    assert [(row["version"], row["current"]) for row in versions] == [(1, False), (2, True)]
    assert "hiện hành" in run("history", "tin.txt") and "2" in run("show", "tin.txt", "--version", "1")
    assert "Đã xóa" in run("remove", "tin.txt")
    assert len(rows(run("--json"))) == 3
    with pytest.raises(NotFoundError):
        run("history", "tin.txt")
