"""The group of all commands, to which each module adds its own."""

import click

import minmap


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(minmap.__version__, prog_name="minmap")
def cli() -> None:
    """Mineral occurrences and transport corridors on a map that opens without a network."""
