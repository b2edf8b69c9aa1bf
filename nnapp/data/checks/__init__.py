"""One file a check: a finding or nothing."""
