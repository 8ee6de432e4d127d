"""The key with which the site signs credentials.

RS256, because every verifier of Open Badges 3.0 must know it. The key is the PEM in the setting
CREDENTIAL_KEY, or else a file of the data folder, which is made when it is first needed. Keep it:
what was signed with a key that is lost cannot be verified any more.
"""

import os
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from joserfc import jwt
from joserfc.jwk import RSAKey

ALGORITHM = "RS256"
BITS = 2048
FILE_NAME = "credential_key.pem"


def public_key() -> dict[str, Any]:
    """The JWK that verifiers need; its `kid` is its thumbprint (RFC 7638)."""
    key = _key()
    return {
        **key.as_dict(private=False),
        "kid": key.thumbprint(),
        "alg": ALGORITHM,
        "use": "sig",
    }


def sign(claims: Mapping[str, Any], key_url: str) -> str:
    """The claims as a JWT; `key_url` is where its public key is."""
    header = {"alg": ALGORITHM, "typ": "JWT", "kid": key_url}
    return jwt.encode(header, dict(claims), _key())


def _key() -> RSAKey:
    if settings.CREDENTIAL_KEY:
        return _imported(settings.CREDENTIAL_KEY)
    path = Path(settings.DATA_DIR) / FILE_NAME
    if not path.exists():
        _create(path)
    return _imported(path.read_text(encoding="ascii"))


@lru_cache(maxsize=2)
def _imported(pem: str) -> RSAKey:
    return RSAKey.import_key(pem)


def _create(path: Path) -> None:
    """Make the file, once: of two processes at once, the second uses the first's key."""
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(RSAKey.generate_key(BITS).as_pem(private=True))
    try:
        os.link(unfinished, path)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
