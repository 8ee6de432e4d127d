"""A certificate as an Open Badges 3.0 credential: claims alone, without Django's models.

Open Badges 3.0 (1EdTech, www.imsglobal.org/spec/ob/v3p0) is a vocabulary for W3C Verifiable
Credentials 2.0: an AchievementCredential says that a subject has reached an achievement. It is
signed as a JWT (its section on the JSON Web Token proof format): the claims are the credential
itself with `iss`, `jti`, `sub` and `nbf`, and the header's `kid` is a URL that has the public key.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

type Json = dict[str, Any]

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    # The types of its status and schema.
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
]
SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)


@dataclass(frozen=True)
class Site:
    """The absolute URLs of what the issuer publishes."""

    home: str
    issuer: str
    achievement: str
    revocations: str


@dataclass(frozen=True)
class Award:
    """What is certified. `url` is that of the certificate's page; `issued_at` is in UTC."""

    url: str
    name: str
    course_title: str
    course_summary: str
    content_hash: str
    steps: int
    issued_at: dt.datetime


def profile(site: Site) -> Json:
    """The issuer, as Open Badges' Profile."""
    return {"id": site.issuer, "type": ["Profile"], "name": "Coldstart", "url": site.home}


def achievement(site: Site, title: str, summary: str) -> Json:
    """What was to be reached: the whole course."""
    return {
        "id": site.achievement,
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": title,
        "description": summary,
        "criteria": {
            "narrative": "All questions in the lessons answered right, and all quizzes and labs "
            "passed. Labs are programs against a simulated AWS, graded by checks."
        },
        "creator": profile(site),
    }


def credential(site: Site, award: Award) -> Json:
    """The AchievementCredential, unsigned."""
    return {
        "@context": CONTEXTS,
        "id": award.url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": award.course_title,
        "issuer": profile(site),
        "validFrom": _moment(award.issued_at),
        "credentialSubject": {
            "id": f"{award.url}#recipient",
            "type": ["AchievementSubject"],
            # In the clear, as the page has it: a hash of a name hides nothing.
            "identifier": [
                {
                    "type": "IdentityObject",
                    "identityType": "name",
                    "identityHash": award.name,
                    "hashed": False,
                }
            ],
            "achievement": {
                **achievement(site, award.course_title, award.course_summary),
                "version": award.content_hash,
            },
        },
        "evidence": [
            {
                "id": award.url,
                "type": ["Evidence"],
                "name": "Certificate",
                "narrative": f"{award.steps} steps of the course done.",
            }
        ],
        "credentialStatus": {"id": site.revocations, "type": "1EdTechRevocationList"},
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }


def claims(badge: Json) -> Json:
    """The payload of the JWT."""
    issued_at = dt.datetime.fromisoformat(badge["validFrom"])
    return {
        **badge,
        "iss": badge["issuer"]["id"],
        "jti": badge["id"],
        "sub": badge["credentialSubject"]["id"],
        "nbf": int(issued_at.timestamp()),
    }


def revocation_list(site: Site, revoked: list[tuple[str, str]]) -> Json:
    """Which credentials no longer hold: `revoked` has their ids and the reasons."""
    return {
        "id": site.revocations,
        "issuer": site.issuer,
        "revokedCredentials": [
            {"id": url, "revoked": True, "revocationReason": reason} for url, reason in revoked
        ],
    }


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
