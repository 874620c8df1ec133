"""The chat: `mount(app)` puts it at `/` of the API's application."""

from assistant.ui.blocks import create_ui
from assistant.ui.mount import mount

__all__ = ["create_ui", "mount"]
