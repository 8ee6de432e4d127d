"""One permission that a call takes, and where the call is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from labs.cloud.iam.variables import Context


@dataclass(frozen=True)
class Need:
    """`context` are the condition keys of the service, in lower case."""

    action: str
    resource: str = "*"
    context: Context = field(default_factory=dict)

    def with_context(self, keys: Context) -> "Need":
        """The same with these keys too; its own are more precise."""
        return Need(self.action, self.resource, {**keys, **self.context}) if keys else self


@dataclass(frozen=True)
class Where:
    """The region and account of a call, and the names of what contains its resource."""

    region: str
    account: str
    within: Mapping[str, str] = field(default_factory=dict)

    def arn(self, template: str, value: str, **within: str) -> str:
        """The template filled in; a value that is an ARN is taken as it is."""
        if value.startswith("arn:"):
            return value
        names = {"bus": "", "group": "default", "cluster": "default", **self.within, **within}
        return template.format(value, region=self.region, account=self.account, **names)
