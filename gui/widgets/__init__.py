"""Controls that are painted with the theme's tokens; they know neither engine nor song files."""
