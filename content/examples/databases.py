"""A database for the examples: a cluster with the Data API, and the secret that opens it."""

import json

import boto3


def create_database(name, minimum=0.5, maximum=8, **scaling):
    """Create a cluster; returns the arguments that each call of the Data API needs."""
    rds, secrets = boto3.client("rds"), boto3.client("secretsmanager")
    password = secrets.get_random_password(ExcludePunctuation=True)["RandomPassword"]
    cluster = rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        DatabaseName=name,
        MasterUsername="owner",
        MasterUserPassword=password,
        EnableHttpEndpoint=True,
        ServerlessV2ScalingConfiguration={
            "MinCapacity": minimum,
            "MaxCapacity": maximum,
            **scaling,
        },
    )["DBCluster"]
    rds.create_db_instance(
        DBInstanceIdentifier=f"{name}-writer",
        DBClusterIdentifier=name,
        DBInstanceClass="db.serverless",
        Engine="aurora-postgresql",
    )
    secret = secrets.create_secret(
        Name=name, SecretString=json.dumps({"username": "owner", "password": password})
    )
    return {
        "resourceArn": cluster["DBClusterArn"],
        "secretArn": secret["ARN"],
        "database": name,
    }
