"""The one server process: API under /v1 and chat at /, over the data folder's index."""

from __future__ import annotations

from fastapi import FastAPI

from assistant.api import ConversationStore, create_app
from assistant.settings import Settings
from assistant.ui import mount
from assistant.wiring import open_assistant


def create_server_app(settings: Settings) -> FastAPI:
    """Open the assistant and build the application around it."""
    assistant = open_assistant(settings)
    conversations = ConversationStore(settings.data_dir / "conversations.sqlite3")
    app = create_app(assistant, conversations=conversations)
    mount(app, assistant)
    return app
