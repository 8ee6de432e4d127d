"""ECS on Fargate: tasks and services on virtual time, with the learner's program as container.

moto keeps clusters and task definitions; tasks and services are ours.
"""
