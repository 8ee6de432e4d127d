"""`manage.py boto3_models`: write what the lab page's editor completes, after botocore changed."""

import json
from typing import Any, override

from learn.core.commands import PlainCommand
from learn.submissions.boto3_models import PATH, models


class Command(PlainCommand):
    help = "Write the models of boto3's clients and resources for the editor's completion."

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        PATH.parent.mkdir(parents=True, exist_ok=True)
        PATH.write_text(json.dumps(models(), separators=(",", ":")) + "\n", encoding="utf-8")
        self.stdout.write(f"{PATH.name}: {PATH.stat().st_size // 1024} KiB")
