"""Runs as folders: what describes them, who starts them, and the worker that does everything that needs Keras."""
