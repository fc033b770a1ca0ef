"""Vocals out of a mix: segments through a separator, streamed from file to files."""
