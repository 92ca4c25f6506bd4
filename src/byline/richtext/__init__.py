"""Rich text: HTML of any origin and light Markdown in; safe HTML, plain text, Markdown and differences out."""
