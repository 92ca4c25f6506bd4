"""What portal, readers' pages and emails have in common: colours and typefaces."""
