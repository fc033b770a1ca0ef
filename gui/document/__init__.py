"""The song that is edited: pure edits of a project, and what keeps it (undo, files, recovery, settings)."""
