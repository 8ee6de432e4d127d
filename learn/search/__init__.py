"""Search over lessons, labs, questions that were seen, the glossary and the pages."""
