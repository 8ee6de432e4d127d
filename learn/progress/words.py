"""Concepts in words: content names them "asl-retry", readers expect "ASL retry"."""

# How AWS and others write what is no plain word.
SPELLED = {
    word.lower(): word
    for word in (
        "API", "APIs", "AppSync", "ASL", "Aurora", "CORS", "DynamoDB", "ECS", "EventBridge",
        "Fargate", "FIFO", "GraphQL", "IAM", "JSONata", "Lambda", "S3", "SNS", "SQL", "SQS", "TTL",
    )
}  # fmt: skip


def concept_title(concept: str) -> str:
    """ "dead-letter-queue" is "Dead letter queue"."""
    words = [SPELLED.get(word, word) for word in concept.split("-")]
    text = " ".join(words)
    return text if words[0] in SPELLED.values() else text[:1].upper() + text[1:]
