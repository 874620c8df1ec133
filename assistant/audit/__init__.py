"""The record of what was asked and shown: append-only, chained by hashes, readable again by answer id."""

from assistant.audit.access import may_see
from assistant.audit.entry import Entry, Kept
from assistant.audit.log import FILE, AuditLog, AuditMode
from assistant.audit.recording import Recorded
from assistant.audit.verify import Verification, verify

__all__ = ["FILE", "AuditLog", "AuditMode", "Entry", "Kept", "Recorded", "Verification", "may_see", "verify"]
