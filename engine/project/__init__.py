"""The project file: what a song is made of, kept so that nothing in it is ever lost."""
