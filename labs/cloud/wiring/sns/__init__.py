"""SNS: from a topic to queues, functions and dead-letter queues."""
