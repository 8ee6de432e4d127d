"""EventBridge Pipes: records of a source, filtered, enriched and given to a target.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html
"""
