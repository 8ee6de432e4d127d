"""AppSync: GraphQL APIs whose fields are resolved from data sources.

graphql-core parses, validates and executes; here is what AppSync adds. Resolvers in APPSYNC_JS run
in QuickJS in a learner's process, those in VTL by `labs.cloud.vtl`.

What differs from AWS, or is missing:

- Identity by API key, IAM signature and Lambda authorizers. Cognito and OIDC are not simulated,
  nor are OpenSearch and Bedrock, merged APIs, the caches, and delta sync.
- APPSYNC_JS is not held to the part of JavaScript that AWS allows: a loop or a promise that AWS
  refuses when code is saved runs here.
- Subscriptions are a recorded stream: `Subscriptions.open` starts one, and each mutation that it
  names adds what a client would receive. There is no WebSocket.
"""
