"""The chat: `mount(app)` puts it at `/` of the API's application."""

from assistant.ui import quick_import

quick_import.install()  # before whatever imports Gradio

from assistant.ui.blocks import create_ui  # noqa: E402
from assistant.ui.mount import mount  # noqa: E402

__all__ = ["create_ui", "mount"]
