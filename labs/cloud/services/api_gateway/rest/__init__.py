"""REST APIs (v1): https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html"""
