"""The paper's claims at the size that we can train: small systems that differ in one thing, and what they sing."""
