"""One file an explainer; each registers itself."""
