"""Singing: a phrase of notes and words becomes audio."""
