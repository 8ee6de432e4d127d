"""What other apps may hear of."""

from django.dispatch import Signal

answer_marked = Signal()
"""An answer has its score: `answer=`, inside the transaction that wrote it. Sent by `Answer`."""
