"""botocore cleans its user agent anew for each call of a client, twice, character by character."""

import functools

import botocore.useragent


def keep() -> None:
    """Clean each component once; for a process that makes clients."""
    sanitize = botocore.useragent.sanitize_user_agent_string_component
    botocore.useragent.sanitize_user_agent_string_component = functools.lru_cache(sanitize)
