"""Who may call the reports API: a Lambda authorizer for tokens."""

import base64
import hashlib
import hmac
import json
import logging
import os
import time

import boto3

RIGHTS = {
    "reader": ["GET/{tenant}*"],
    "clerk": ["POST/{tenant}/reports"],
    "admin": ["DELETE/{tenant}/reports/*"],
}

logger = logging.getLogger()
secrets = boto3.client("secretsmanager")
known = {}


class InvalidTokenError(Exception):
    pass


def handler(event, context):
    key = signing_key()
    try:
        claims = claims_of(event["authorizationToken"], key)
    except InvalidTokenError as error:
        logger.warning("refused: %s", error)
        raise Exception("Unauthorized") from None
    return {
        "principalId": claims["sub"],
        "policyDocument": policy(event["methodArn"], claims),
        "context": {"tenant": claims["tenant"], "roles": ",".join(sorted(claims["roles"]))},
    }


def signing_key():
    """The key of the tokens, read once in an environment."""
    if "key" not in known:
        found = secrets.get_secret_value(SecretId=os.environ["KEY_SECRET"])
        known["key"] = found["SecretString"].encode()
    return known["key"]


def claims_of(header, key):
    """What a valid token says."""
    scheme, _, token = header.partition(" ")
    try:
        signed, _, signature = token.rpartition(".")
        expected = hmac.digest(key, signed.encode(), hashlib.sha256)
        is_signed = hmac.compare_digest(decoded(signature), expected)
        claims = json.loads(decoded(signed.split(".")[1])) if is_signed else None
    except (ValueError, IndexError):
        raise InvalidTokenError("no token") from None
    if scheme != "Bearer" or not is_signed:
        raise InvalidTokenError("not signed by us")
    check(claims)
    return claims


def check(claims):
    if not isinstance(claims, dict):
        raise InvalidTokenError("no claims")
    for name in ("sub", "tenant"):
        if not isinstance(claims.get(name), str) or not claims[name]:
            raise InvalidTokenError(f"no {name}")
    roles = claims.get("roles")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise InvalidTokenError("no roles")
    expires = claims.get("exp")
    if type(expires) not in (int, float) or time.time() >= expires:
        raise InvalidTokenError("expired")


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def policy(method_arn, claims):
    """All that the token allows at this stage, since the answer is kept for all methods."""
    stage = "/".join(method_arn.split("/")[:2])
    routes = [route for role in claims["roles"] for route in RIGHTS.get(role, [])]
    resources = [f"{stage}/{route.format(tenant=claims['tenant'])}" for route in routes]
    allow = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resources}
    deny = {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": f"{stage}/*"}
    return {"Version": "2012-10-17", "Statement": [allow if resources else deny]}
