"""Questions that the documents at hand answer: to begin with, and to go on with after an answer."""

from assistant.suggesting.offering import Known, examples, follow_ups, tried_out

__all__ = ["Known", "examples", "follow_ups", "tried_out"]
