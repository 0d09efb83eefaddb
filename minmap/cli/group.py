"""The group of all commands, to which each module adds its own."""

from pathlib import Path
from typing import Any

import click

import minmap
from minmap.cli.option_words import in_options
from minmap.cli.reading import FILE
from minmap.cli.writing import OutputOption
from minmap.errors import MinmapError


class _Command(click.Command):
    """A command that replaces none of the files it reads.

    It refuses an option given twice where it would keep the last value only.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of the command line."""
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        for option in dict.fromkeys(order):
            is_single = isinstance(option, click.Option) and not (option.multiple or option.is_flag)
            if is_single and order.count(option) > 1:
                flag = max(option.opts, key=len)
                raise click.UsageError(
                    f"{flag} is given {order.count(option)} times, and takes one value; give it "
                    "once.",
                    ctx,
                )
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command if none of its files to write is one that it reads."""
        given: dict[str, Any] = ctx.ensure_object(dict)
        files = [Path(given[name]) for name in ("source", "vocabulary") if name in given]
        outputs = list[tuple[OutputOption, Path]]()
        for parameter in self.params:
            value = ctx.params.get(str(parameter.name))
            if isinstance(parameter, OutputOption):
                outputs += [] if value is None else [(parameter, value)]
            elif parameter.type is FILE and value is not None:
                files += [value] if isinstance(value, Path) else value
        for option, output in outputs:
            option.require_other_file(output, files)
        return super().invoke(ctx)


class _Commands(click.Group):
    """A group whose errors name the options of the command that failed."""

    command_class = _Command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except MinmapError as error:
            command = self.commands[str(ctx.invoked_subcommand)]
            message, *lines = (
                in_options(line, command) for line in str(error).splitlines() or [""]
            )
            raise type(error)(message, lines=lines) from error
        except click.MissingParameter as error:
            if isinstance(error.param, click.Option):
                raise click.UsageError(_missing(error.param), error.ctx) from error
            raise
        except click.NoSuchOption as error:
            command = self.commands[str(ctx.invoked_subcommand)]
            # Cures are imported when they are needed: `minmap --help` does not wait for folium.
            from minmap.maps.option_cures import MAP_CURES  # noqa: PLC0415

            cure = MAP_CURES.get(error.option_name.strip("-").replace("-", "_"))
            if cure is None or command.name != "map":
                raise
            text = f"No such option {error.option_name!r}; {in_options(cure, command)}"
            raise click.UsageError(text, error.ctx) from error


def _missing(option: click.Option) -> str:
    """Return the error for an option that must be given, with its help as the cure."""
    flag = option.opts[0]
    what = "FILE" if isinstance(option, OutputOption) else option.metavar
    return f"{flag} is missing; give {flag} {what}. {option.help}"


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(minmap.__version__, prog_name="minmap")
def cli() -> None:
    """Mineral occurrences and transport corridors on a map that opens without a network."""
