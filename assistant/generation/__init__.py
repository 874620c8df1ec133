"""Answers written by a chat model, verified sentence by sentence before anyone sees them."""

from assistant.generation.errors import GenerationError
from assistant.generation.generator import GeneratedSentence, Generator
from assistant.generation.sources import ABSTAIN, Passage
from assistant.generation.verifying import verify_passages

__all__ = ["ABSTAIN", "GeneratedSentence", "GenerationError", "Generator", "Passage", "verify_passages"]
