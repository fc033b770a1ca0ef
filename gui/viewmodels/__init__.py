"""What is drawn and hit, told without a window: plain Python and numpy."""
