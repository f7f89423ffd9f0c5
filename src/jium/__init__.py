"""jium (지움): find, prove, remove, and keep removed. docs/architecture.md tells the way through."""

__version__ = "0.1.0"
