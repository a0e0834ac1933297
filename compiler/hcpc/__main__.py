"""`python -m hcpc`: the same as the `hcpc` command."""

from hcpc.cli import main

if __name__ == "__main__":
    main()
