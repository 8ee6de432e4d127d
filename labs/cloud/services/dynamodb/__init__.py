"""What DynamoDB does and moto only stores: capacity, throttling, expiry."""
