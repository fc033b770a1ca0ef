"""The window and the command line; the one place that builds and connects everything."""
