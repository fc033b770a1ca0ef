"""What the window can ask for, by theme.  Every function takes a `Call` and gives the fields of its result."""
