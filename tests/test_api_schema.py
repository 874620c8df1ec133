"""The API against its own OpenAPI document: made-up requests, right and wrong, on every route."""

from __future__ import annotations

import os

import schemathesis
from hypothesis import HealthCheck, settings
from little_assistant import LittleAssistant
from schemathesis.checks import CHECKS, load_all_checks

from assistant.api import create_app

EXAMPLES = int(os.environ.get("ASSISTANT_TEST_FUZZ", "15"))  # requests a route; set it higher to look harder
PATIENCE_S = 120  # a busy machine is no fault
load_all_checks()
# A blank question is a string that the schema cannot tell from others, and is refused.
CHECKED = [check for check in CHECKS.get_all() if check.__name__ != "positive_data_acceptance"]
schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(LittleAssistant()))


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_documented(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKED, timeout=PATIENCE_S)
