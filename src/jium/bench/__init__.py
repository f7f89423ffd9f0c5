"""Measurements of ours beside the peers', re-runnable by anyone."""
