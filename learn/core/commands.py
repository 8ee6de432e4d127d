"""Commands whose refusals are one sentence on standard error."""

import sys
from typing import Any, Never, override

from django.core.management.base import BaseCommand, CommandParser

USAGE_ERROR = 2


class PlainCommand(BaseCommand):
    """A command that ends with exit status 2 and one sentence when it is used wrongly."""

    # It works without a database and without the site's settings being right.
    requires_system_checks = ()

    @override
    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        # argparse would print the whole usage before it.
        parser.error = self._refuse_usage  # type: ignore[method-assign]
        return parser

    def refuse(self, sentence: str) -> Never:
        """End the command."""
        self.stderr.write(sentence)
        sys.exit(USAGE_ERROR)

    def _refuse_usage(self, message: str) -> Never:
        self.refuse(f"{message[:1].upper()}{message[1:]}: see --help.")


def reason(error: OSError) -> str:
    """Why a file cannot be used, in lower case and without its number."""
    return (error.strerror or str(error)).lower()
