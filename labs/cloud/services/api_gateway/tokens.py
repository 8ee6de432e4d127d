"""JSON Web Tokens of the account's own user pools, the only issuer whose keys are here."""

import re
from collections.abc import Mapping
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud.clock import clock
from labs.cloud.missing import MissingError

ISSUER = re.compile(r"https://cognito-idp\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<pool>.+)")
BEARER = "bearer "


class InvalidTokenError(ValueError):
    """It is no token of this issuer; the text says why. `has_expired`: it was one."""

    def __init__(self, text: str, *, has_expired: bool = False) -> None:
        super().__init__(text)
        self.has_expired = has_expired


def claims(token: str, issuer: str) -> dict[str, Any]:
    """What a token says, once its signature is verified and its time has not run out.

    Raises:
        InvalidTokenError: it is none of this issuer's, or has expired.
        MissingError: the issuer is no user pool of the account.
    """
    plain = token[len(BEARER) :] if token.lower().startswith(BEARER) else token
    # Here, as Cognito takes a second to import, and whoever has a pool has it imported.
    from joserfc import jwt
    from joserfc.errors import JoseError

    try:
        found = dict(jwt.decode(plain, _key(issuer), algorithms=["RS256"]).claims)
    except (JoseError, ValueError) as error:
        raise InvalidTokenError(str(error)) from None
    if found.get("iss") != issuer:
        raise InvalidTokenError("another issuer")
    if float(found.get("exp", 0)) * 1000 <= clock.millis():
        raise InvalidTokenError("the token has expired", has_expired=True)
    return found


def _key(issuer: str) -> Any:
    place = ISSUER.fullmatch(issuer)
    if place is None:
        raise MissingError(f"with tokens of {issuer}, whose keys are not in the account")
    from moto.cognitoidp.models import cognitoidp_backends

    pools = cognitoidp_backends[DEFAULT_ACCOUNT_ID][place["region"]].user_pools
    if place["pool"] not in pools:
        raise MissingError(f"with tokens of {issuer}, which is not in the account")
    return pools[place["pool"]].json_web_key


def scopes(found: Mapping[str, Any]) -> set[str]:
    """The scopes of a token's claims."""
    text = found.get("scope") or found.get("scp") or ""
    return set(text if isinstance(text, list) else str(text).split())
