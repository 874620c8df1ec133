"""What is wrong with an installation and how to mend it."""

from assistant.doctor.checks import CHECKS, examine
from assistant.doctor.finding import Finding, State

__all__ = ["CHECKS", "Finding", "State", "examine"]
