"""The command line: stable names, one JSON object for programs, tables for people."""
