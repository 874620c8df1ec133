"""Verification: nothing is shown that the cited text does not say."""

from assistant.verification.check import adds_particulars, verify_claim
from assistant.verification.verdict import Kind, Unsupported, Verdict

__all__ = ["Kind", "Unsupported", "Verdict", "adds_particulars", "verify_claim"]
