"""The seams into moto's RDS, and its import without EC2, still hold."""

import subprocess
import sys

WITHOUT_EC2 = """
import sys
from labs.cloud import moto_seams
moto_seams.start()
import boto3
rds = boto3.client("rds", region_name="us-east-1")
rds.create_db_cluster(
    DBClusterIdentifier="shop",
    Engine="aurora-postgresql",
    MasterUsername="admin",
    MasterUserPassword="long enough",
)
ssm = boto3.client("ssm", region_name="us-east-1")
ssm.put_parameter(Name="a", Value="b", Type="String")
boto3.client("ecs", region_name="us-east-1").create_cluster(clusterName="c")
assert "moto.ec2.models" not in sys.modules
subnets = boto3.client("ec2", region_name="us-east-1").describe_subnets()["Subnets"]
rds.create_db_subnet_group(
    DBSubnetGroupName="g", DBSubnetGroupDescription="d", SubnetIds=[subnets[0]["SubnetId"]]
)
assert "moto.ec2.models" in sys.modules
"""


def test_ec2_is_loaded_when_it_is_used_and_not_before() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_EC2], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
