"""Your own voice: a shipped voice learns one more speaker from a folder of a-cappella recordings."""
