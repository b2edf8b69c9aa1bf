"""Data that people bring: read, checked, divided and prepared."""
