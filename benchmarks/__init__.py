"""Speed as ratios against what a user would run instead. `make bench` writes RESULTS.md."""
