"""Understanding a question: spelling, follow-ups, and what it constrains."""
