"""What moto's buckets ask of the wiring; see `moto_s3.Wiring`."""

from labs.cloud.wiring.s3.destinations import check
from labs.cloud.wiring.s3.lifecycle import plan
from labs.cloud.wiring.s3.notifications import notify, send_test

__all__ = ["check", "notify", "plan", "send_test"]
