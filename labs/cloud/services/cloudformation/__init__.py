"""CloudFormation: templates, stacks, change sets. Resources are made by the services' own calls.

`kinds` says for each type of resource which calls make, change and delete it; each is a call of
`service_calls`, so that a stack meets the same checks and wiring as a program does.
"""
