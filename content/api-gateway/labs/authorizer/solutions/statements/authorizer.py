"""A token is a value that knows whether it is good, and what it is good for."""

import functools
import os
from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest
from hmac import new as mac
from json import loads

import boto3

ROUTES = (
    ("reader", "GET", "reports"),
    ("reader", "GET", "reports/*"),
    ("clerk", "POST", "reports"),
    ("admin", "DELETE", "reports/*"),
)


@functools.cache
def secret():
    client = boto3.session.Session().client("secretsmanager")
    return client.get_secret_value(SecretId=os.environ["KEY_SECRET"])["SecretString"]


@dataclass
class Token:
    head: str
    body: str
    tail: str

    @classmethod
    def read(cls, text):
        if not text.startswith("Bearer "):
            return None
        parts = text[len("Bearer ") :].split(".")
        return cls(*parts) if len(parts) == 3 else None

    @staticmethod
    def raw(part):
        return b64decode(part.translate(str.maketrans("-_", "+/")) + "==")

    def claims(self, key):
        """None unless it is signed, whole and in time."""
        signed = mac(key.encode(), f"{self.head}.{self.body}".encode(), "sha256").digest()
        try:
            if not compare_digest(self.raw(self.tail), signed):
                return None
            claims = loads(self.raw(self.body))
            good = (
                claims["sub"] + claims["tenant"] > ""
                and claims["sub"]
                and claims["tenant"]
                and isinstance(claims["roles"], list)
                and ",".join(claims["roles"]) is not None
                and datetime.now(UTC).timestamp() < claims["exp"] + 0
            )
        except (ValueError, LookupError, TypeError):
            return None
        return claims if good else None


def handler(event, context):
    key = secret()
    token = Token.read(event["authorizationToken"])
    claims = token and token.claims(key)
    if not claims:
        raise RuntimeError("Unauthorized")
    arn, stage, *_ = event["methodArn"].split("/")
    statements = [{"Effect": "Deny", "Action": "*", "NotResource": f"{arn}/{stage}/*"}]
    for role, method, path in ROUTES:
        if role in claims["roles"]:
            statements.append(
                {
                    "Effect": "Allow",
                    "Action": ["execute-api:Invoke"],
                    "Resource": [f"{arn}/{stage}/{method}/{claims['tenant']}/{path}"],
                }
            )
    document = {"Version": "2012-10-17", "Statement": statements}
    answer = {"principalId": claims["sub"], "policyDocument": document}
    answer["context"] = {
        "roles": str.join(",", sorted(claims["roles"])),
        "tenant": claims["tenant"],
    }
    return answer
