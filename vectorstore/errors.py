"""The errors a user can cause or mend. Each message says what is wrong, where, and what to do.

Every edge translates them once: the command line into a message and `exit_code`, the API into a problem+json of
type `slug` with `http_status`, the chat into a notice.
"""


class PolicyError(Exception):
    """Base of all expected errors. `str(error)` is Vietnamese; `english` is the same message in English."""

    slug = "error"
    http_status = 500
    exit_code = 2

    def __init__(self, vietnamese: str, english: str) -> None:
        super().__init__(vietnamese)
        self.english = english


class InvalidInputError(PolicyError):
    """The request itself cannot be used: an empty question, a missing file, an unknown filter."""

    slug = "invalid-input"
    http_status = 422


class NotFoundError(PolicyError):
    """The named document, span or file is not there (or not for this reader)."""

    slug = "not-found"
    http_status = 404


class NotReadyError(PolicyError):
    """There is nothing to answer from yet: no index, or no prepared model."""

    slug = "not-ready"
    http_status = 503


class ConfigurationError(PolicyError):
    """A setting, model folder or index does not fit: unknown key, broken model, index made with another model."""

    slug = "configuration"
