"""The engine in a process of its own: requests in, answers out, one JSON object a line (decision 0009)."""
