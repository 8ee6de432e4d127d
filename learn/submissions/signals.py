"""What other apps may hear of."""

from django.dispatch import Signal

report_recorded = Signal()
"""A queued submission got its report: `submission=`, `report=` (a `GradeReport`).

Sent by `Submission`, inside the transaction that wrote it. Receivers may set `submission.reviews`.
"""
