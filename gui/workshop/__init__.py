"""Jobs with a process of their own, not the engine's: what needs plugins may take it down, what trains takes hours."""
