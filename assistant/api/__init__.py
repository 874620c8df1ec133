"""The HTTP API: `create_app(assistant)` gives the application."""

from assistant.api.admission import ServiceLimits
from assistant.api.app import create_app
from assistant.api.conversation_store import ConversationStore
from assistant.api.corpus_changes import Library
from assistant.api.feedback import FeedbackFile
from assistant.api.oidc import Provider
from assistant.api.protocol import AssistantLike

__all__ = ["AssistantLike", "ConversationStore", "FeedbackFile", "Library", "Provider", "ServiceLimits", "create_app"]
