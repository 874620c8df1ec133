"""Uploads, jobs, originals, deletion and feedback against the OpenAPI document, with made-up requests."""

from __future__ import annotations

import atexit
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, settings
from little_assistant import LittleAssistant, LittleStore
from schemathesis.checks import CHECKS, load_all_checks

from assistant.access import KeyStore
from assistant.api import Library, create_app
from assistant.api.jobs import Outcome
from vectorstore.errors import NotFoundError
from vectorstore.records import Document

EXAMPLES = int(os.environ.get("ASSISTANT_TEST_FUZZ", "15"))


@dataclass(frozen=True)
class Done:
    """What became of a file."""

    outcome: Outcome
    reason: str
    document_id: str
    chunks: int
    passing: bool = False


class ListEditing:
    """Files become entries of a list."""

    def __init__(self, store: LittleStore) -> None:
        self.store = store

    def ingest(self, path: Path, collection: str) -> Done:
        text = path.read_text("utf-8", "replace")
        if not text.strip():
            return Done("failed", f"{path.name}: tệp rỗng.", "", 0)
        document = replace(self.store.held[0], document_id=f"d{len(self.store.held)}", text=text, source=path.name)
        self.store.held.append(replace(document, collection=collection))
        return Done("added", "", document.document_id, 1)

    def remove(self, document_id: str) -> None:
        if self.current(document_id) is None:
            raise NotFoundError("Không có.", "Not there.")
        self.store.held = [d for d in self.store.held if d.document_id != document_id]

    def current(self, document_id: str) -> Document | None:
        return self.store.document(document_id)


def served() -> tuple[object, str]:
    """The application with a library and a key for it."""
    assistant, keys = LittleAssistant(), KeyStore()
    folder = tempfile.TemporaryDirectory()
    library = Library(ListEditing(assistant.store), Path(folder.name))
    atexit.register(folder.cleanup)
    atexit.register(library.close)
    return create_app(assistant, keys=keys, library=library), keys.create("fuzz", "admin")[1]


PATIENCE_S = 120  # a busy machine is no fault
load_all_checks()
# A form whose file has no name, or a blank question, is refused though the schema cannot say so. After a few wrong keys
# the answer is 429 rather than 401, which tests of keys check.
UNSUITED = ("positive_data_acceptance", "ignored_auth")
CHECKED = [check for check in CHECKS.get_all() if check.__name__ not in UNSUITED]
app, KEY = served()
schema = schemathesis.openapi.from_asgi("/openapi.json", app).include(
    path_regex="/v1/(documents(/.*/file)?$|documents/[^/]*$|jobs|feedback)|/metrics"
)


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_documented(case: schemathesis.Case) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {KEY}"}, checks=CHECKED, timeout=PATIENCE_S)
