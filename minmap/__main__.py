"""Run the command line with `python -m minmap`."""

from minmap.cli import main

if __name__ == "__main__":
    main()
