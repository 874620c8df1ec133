"""Every text of the chat, in Vietnamese and in English: one module for each part of the page."""

from assistant.ui.strings.chat import ENGLISH, VIETNAMESE, Texts, texts

__all__ = ["ENGLISH", "VIETNAMESE", "Texts", "texts"]
