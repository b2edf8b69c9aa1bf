"""`python -m nnapp COMMAND`: everything a page does, on the command line."""

from nnapp.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
