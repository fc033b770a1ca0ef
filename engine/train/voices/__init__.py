"""Several voices, several languages, one model: corpora, codec and generator of the voices that come along."""
