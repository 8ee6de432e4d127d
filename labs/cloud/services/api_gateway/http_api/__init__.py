"""HTTP APIs (v2): https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html"""
