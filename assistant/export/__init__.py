"""Answers and conversations as documents to file: .docx and .pdf, laid out as Vietnamese offices do."""

from assistant.export.content import Asked, Report
from assistant.export.docx import docx_bytes
from assistant.export.pdf import pdf_bytes

__all__ = ["Asked", "Report", "docx_bytes", "pdf_bytes"]
