"""What fills the window: a panel for each thing that one does."""
