#!/usr/bin/env python
"""Django's command line, and Coldstart's own commands: up, grade, playground, check_content."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learn.settings")
    execute_from_command_line(sys.argv)
