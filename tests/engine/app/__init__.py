"""A small application with work ahead of its rows, for the engine's contract tests."""
