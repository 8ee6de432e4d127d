"""What S3 refuses of a bucket's notification configuration, in its words.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from botocore.exceptions import ClientError

from labs.cloud import moto_seams
from labs.cloud.iam import resource_policies
from labs.cloud.simulation import current
from labs.cloud.wiring import targets
from labs.cloud.wiring.s3.errors import InvalidConfigurationError
from labs.cloud.wiring.s3.notifications import sender

UNABLE = "Unable to validate the following destination configurations"
AMBIGUOUS = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the "
    "prefixes are overlapping for the same event type."
)
EVENTS = {
    "s3:IntelligentTiering",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:LifecycleTransition",
    "s3:ObjectAcl:Put",
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Put",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:ObjectRestore:Post",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Delete",
    "s3:ObjectTagging:Put",
    "s3:ReducedRedundancyLostObject",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationNotTracked",
    "s3:Replication:OperationReplicatedAfterThreshold",
}


@dataclass(frozen=True)
class Rule:
    """Which events of which keys go to `arn`."""

    kind: str
    arn: str
    events: tuple[str, ...]
    prefix: str
    suffix: str


def check(bucket: Any, configuration: Mapping[str, Any], *, skips_destinations: bool) -> None:
    """Check a configuration, as moto has read it, for moto's bucket.

    Raises:
        InvalidConfigurationError: S3 would refuse it.
    """
    rules = list(_rules(configuration))
    for rule in rules:
        for event in rule.events:
            if event not in EVENTS:
                raise InvalidConfigurationError(
                    "The event is not supported for notifications", "Event", event
                )
        if rule.arn.split(":")[3] != bucket.region_name:
            raise InvalidConfigurationError(
                "The notification destination service region is not valid for the bucket location "
                "constraint",
                rule.kind,
                rule.arn,
            )
    if any(_overlap(one, other) for one, other in combinations(rules, 2)):
        raise InvalidConfigurationError(AMBIGUOUS)
    if not skips_destinations:
        for rule in rules:
            if reason := _refusal(bucket.name, rule):
                raise InvalidConfigurationError(UNABLE, rule.arn, reason)


def _rules(configuration: Mapping[str, Any]) -> Iterator[Rule]:
    for kind in ("Topic", "Queue", "CloudFunction"):
        for one in configuration.get(f"{kind}Configuration") or []:
            filters = ((one.get("Filter") or {}).get("S3Key") or {}).get("FilterRule") or []
            values = {rule["Name"]: rule.get("Value") or "" for rule in filters}
            prefix, suffix = values.get("prefix", ""), values.get("suffix", "")
            yield Rule(kind, one[kind], tuple(one["Event"]), prefix, suffix)


def _overlap(one: Rule, other: Rule) -> bool:
    return (
        any(_same_event(a, b) for a in one.events for b in other.events)
        and (one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix))
        and (one.suffix.endswith(other.suffix) or other.suffix.endswith(one.suffix))
    )


def _same_event(one: str, other: str) -> bool:
    if one == other:
        return True
    return any(
        wide.endswith(":*") and narrow.startswith(wide.removesuffix("*"))
        for wide, narrow in ((one, other), (other, one))
    )


def _refusal(bucket: str, rule: Rule) -> str:
    """Why the bucket cannot send there, or ""."""
    by = sender(bucket)
    if rule.kind == "CloudFunction":
        try:
            targets.check_function(by, rule.arn)
        except ClientError:
            return f"Not authorized to invoke function [{rule.arn}]"
        return ""
    found = moto_seams.queue(rule.arn) if rule.kind == "Queue" else moto_seams.topic(rule.arn)
    noun = rule.kind.lower()
    if found is None:
        return f"The destination {noun} does not exist"
    if rule.arn.endswith(".fifo"):
        return f"FIFO {noun}s are not supported"
    action = "sqs:SendMessage" if rule.kind == "Queue" else "sns:Publish"
    is_let_in = resource_policies.allows(
        found.policy, service=by.service, action=action, resource=rule.arn, source_arn=by.arn
    )
    if current().checks_permissions and not is_let_in:
        return f"Permissions on the destination {noun} do not allow S3 to publish notifications"
    return ""
