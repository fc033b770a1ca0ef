"""Training of the singing face: networks, what they learn from, and how they are measured."""
