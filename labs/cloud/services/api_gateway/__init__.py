"""API Gateway's data plane: REST, HTTP and WebSocket APIs at their execute-api addresses.

moto keeps what is configured; here it is obeyed.
"""
