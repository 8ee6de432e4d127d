"""Versions, aliases and concurrency, by boto3 on functions that are functions of the test."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from tests.labs.cloud.conftest import Functions

type Client = Callable[[str], Any]


def refusal(call: Callable[..., Any], **options: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**options)
    error = caught.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


@pytest.fixture
def aws(client: Client) -> Any:
    return client("lambda")


def test_a_version_is_made_after_an_update_alone(aws: Any, functions: Functions) -> None:
    functions.deploy("f")
    numbers = [aws.publish_version(FunctionName="f")["Version"] for _ in range(2)]
    aws.update_function_configuration(FunctionName="f", Timeout=9)
    numbers += [aws.publish_version(FunctionName="f")["Version"] for _ in range(2)]
    aws.update_function_configuration(FunctionName="f", Timeout=3)
    aws.delete_function(FunctionName="f", Qualifier="2")
    numbers.append(aws.publish_version(FunctionName="f")["Version"])
    aws.update_function_configuration(FunctionName="f", Timeout=4)
    numbers.append(aws.publish_version(FunctionName="f")["Version"])

    assert numbers == ["1", "1", "2", "2", "3", "4"]


def test_a_version_stays_as_it_was(aws: Any, functions: Functions) -> None:
    functions.deploy("f", Timeout=5)
    version = aws.publish_version(FunctionName="f", Description="first")
    aws.update_function_configuration(FunctionName="f", Timeout=9)

    found = aws.get_function_configuration(FunctionName="f", Qualifier="1")

    assert version["FunctionArn"] == "arn:aws:lambda:us-east-1:123456789012:function:f:1"
    assert (found["Timeout"], found["Description"], found["Version"]) == (5, "first", "1")


def test_a_version_is_published_of_expected_code_alone(aws: Any, functions: Functions) -> None:
    functions.deploy("f")

    assert refusal(aws.publish_version, FunctionName="f", CodeSha256="other").startswith(
        "InvalidParameterValueException: CodeSHA256 (other) is different"
    )
    assert refusal(aws.publish_version, FunctionName="f", RevisionId="other").startswith(
        "PreconditionFailedException"
    )


def versions(aws: Any, functions: Functions) -> None:
    """f with versions 1 and 2."""
    functions.deploy("f")
    aws.publish_version(FunctionName="f")
    aws.update_function_configuration(FunctionName="f", Timeout=9)
    aws.publish_version(FunctionName="f")


def test_an_alias_sends_a_part_to_another_version(aws: Any, functions: Functions) -> None:
    versions(aws, functions)
    aws.create_alias(
        FunctionName="f",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.3}},
    )

    def counts() -> Counter[str]:
        answers = (aws.invoke(FunctionName="f", Qualifier="live") for _ in range(200))
        return Counter(answer["ExecutedVersion"] for answer in answers)

    assert 30 < counts()["2"] < 90
    aws.update_alias(FunctionName="f", Name="live", FunctionVersion="2", RoutingConfig={})
    assert counts() == {"2": 200}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"Name": "7"}, "ValidationException: 1 validation error detected: Value '7' at 'name'"),
        ({"Name": "live"}, "ResourceConflictException: Alias already exists: arn:aws:lambda"),
        ({"FunctionVersion": "9"}, "ResourceNotFoundException: Function not found: arn:aws"),
        ({"RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}}, "InvalidParameterValueExc"),
        ({"RoutingConfig": {"AdditionalVersionWeights": {"9": 0.5}}}, "ResourceNotFoundExcep"),
        (
            {
                "FunctionVersion": "$LATEST",
                "RoutingConfig": {"AdditionalVersionWeights": {"1": 1}},
            },
            "InvalidParameterValueException: $LATEST is not supported for an alias",
        ),
    ],
)
def test_a_wrong_alias_is_refused(
    aws: Any, functions: Functions, options: dict[str, Any], reason: str
) -> None:
    versions(aws, functions)
    aws.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    asked = {"FunctionName": "f", "Name": "new", "FunctionVersion": "1", **options}

    assert refusal(aws.create_alias, **asked).startswith(reason)


def test_what_is_in_use_is_not_deleted(aws: Any, functions: Functions) -> None:
    versions(aws, functions)
    aws.create_alias(FunctionName="f", Name="live", FunctionVersion="1")

    assert refusal(aws.delete_function, FunctionName="f", Qualifier="1") == (
        "ResourceConflictException: Version was not deleted because it is referenced by alias: "
        "live"
    )
    assert refusal(aws.delete_function, FunctionName="f", Qualifier="$LATEST").startswith(
        "InvalidParameterValueException: $LATEST version cannot be deleted"
    )
    aws.delete_alias(FunctionName="f", Name="live")
    aws.delete_function(FunctionName="f", Qualifier="1")


def test_each_qualifier_has_its_own_policy(aws: Any, functions: Functions) -> None:
    versions(aws, functions)
    aws.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    asked = {"Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"}
    aws.add_permission(FunctionName="f", StatementId="a", **asked)
    aws.add_permission(FunctionName="f", StatementId="b", Qualifier="live", **asked)

    assert '"Sid": "a"' in aws.get_policy(FunctionName="f")["Policy"]
    assert '"Sid": "a"' not in aws.get_policy(FunctionName="f", Qualifier="live")["Policy"]
    assert refusal(aws.add_permission, FunctionName="f", StatementId="a", **asked).startswith(
        "ResourceConflictException: The statement id (a) provided already exists"
    )
    assert refusal(aws.remove_permission, FunctionName="f", StatementId="b") == (
        "ResourceNotFoundException: Statement b is not found in resource policy."
    )
    aws.remove_permission(FunctionName="f", StatementId="b", Qualifier="live")
    assert refusal(aws.get_policy, FunctionName="f", Qualifier="live") == (
        "ResourceNotFoundException: The resource you requested does not exist."
    )


def test_a_permission_may_name_the_alias_in_the_functions_arn(
    aws: Any, functions: Functions
) -> None:
    versions(aws, functions)
    alias = aws.create_alias(FunctionName="f", Name="live", FunctionVersion="1")["AliasArn"]
    asked = {"Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    aws.add_permission(FunctionName=alias, StatementId="arn", **asked)
    aws.add_permission(FunctionName="f:live", StatementId="name", **asked)

    policy = aws.get_policy(FunctionName="f", Qualifier="live")["Policy"]

    assert policy.count(f'"Resource": "{alias}"') == 2
    assert refusal(aws.get_policy, FunctionName="f").startswith("ResourceNotFoundException")


def test_conditions_of_a_permission_stand_together(aws: Any, functions: Functions) -> None:
    functions.deploy("f")

    added = aws.add_permission(
        FunctionName="f",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::photos",
        SourceAccount="123456789012",
        PrincipalOrgID="o-1234567890",
    )

    assert (
        '"StringEquals": {"AWS:SourceAccount": "123456789012", "aws:PrincipalOrgID"'
        in (added["Statement"])
    )
    assert '"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::photos"}' in added["Statement"]


def test_provisioned_environments_are_not_cold(
    account: Account, aws: Any, functions: Functions
) -> None:
    versions(aws, functions)
    aws.put_provisioned_concurrency_config(
        FunctionName="f", Qualifier="1", ProvisionedConcurrentExecutions=1
    )
    for qualifier in ("1", "2"):
        aws.invoke(FunctionName="f", Qualifier=qualifier)

    assert [each.cold for each in account.environments.invocations] == [False, True]


def test_provisioned_concurrency_is_kept_and_shown(aws: Any, functions: Functions) -> None:
    versions(aws, functions)
    named = {"FunctionName": "f", "Qualifier": "2"}
    put = aws.put_provisioned_concurrency_config(**named, ProvisionedConcurrentExecutions=5)
    found = aws.get_provisioned_concurrency_config(**named)
    listed = aws.list_provisioned_concurrency_configs(FunctionName="f")
    aws.delete_provisioned_concurrency_config(**named)

    assert (put["Status"], found["Status"]) == ("IN_PROGRESS", "READY")
    assert found["AllocatedProvisionedConcurrentExecutions"] == 5
    [config] = listed["ProvisionedConcurrencyConfigs"]
    assert config["FunctionArn"].endswith(":f:2")
    assert refusal(aws.get_provisioned_concurrency_config, **named).startswith(
        "ProvisionedConcurrencyConfigNotFoundException: No Provisioned"
    )
    assert refusal(
        aws.put_provisioned_concurrency_config,
        FunctionName="f",
        Qualifier="$LATEST",
        ProvisionedConcurrentExecutions=1,
    ).startswith("InvalidParameterValueException: Provisioned Concurrency Configs cannot")


def test_reserved_concurrency_is_taken_from_the_account(aws: Any, functions: Functions) -> None:
    functions.deploy("f")
    functions.deploy("g")
    aws.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    shown = aws.get_function(FunctionName="f")["Concurrency"]
    aws.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=900)

    limits = aws.get_account_settings()["AccountLimit"]
    left = limits["UnreservedConcurrentExecutions"]

    assert shown == {"ReservedConcurrentExecutions": 0}
    assert (limits["ConcurrentExecutions"], left) == (1000, 100)
    assert "ReservedConcurrentExecutions" not in aws.get_function_concurrency(FunctionName="g")
    assert refusal(
        aws.put_function_concurrency, FunctionName="g", ReservedConcurrentExecutions=1
    ).endswith("UnreservedConcurrentExecution below its minimum value of [100].")


def test_a_loop_may_be_allowed(aws: Any, functions: Functions) -> None:
    functions.deploy("f")
    before = aws.get_function_recursion_config(FunctionName="f")["RecursiveLoop"]
    aws.put_function_recursion_config(FunctionName="f", RecursiveLoop="Allow")

    after = aws.get_function_recursion_config(FunctionName="f")["RecursiveLoop"]

    assert (before, after) == ("Terminate", "Allow")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"Runtime": "python2.0"}, "InvalidParameterValueException: Value python2.0 at 'runtime'"),
        ({"Runtime": "python2.7"}, "InvalidParameterValueException: The runtime parameter of"),
        ({"Handler": "a b"}, "ValidationException: 1 validation error detected: Value 'a b' at"),
        ({"Timeout": 5000}, "ValidationException: 1 validation error detected: Value '5000' at"),
    ],
)
def test_a_function_that_cannot_be_is_refused(
    account: Account, functions: Functions, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ClientError) as caught:
        functions.deploy("f", **options)

    error = caught.value.response["Error"]
    assert f"{error['Code']}: {error['Message']}".startswith(reason)


@pytest.mark.parametrize(
    "options",
    [
        {"Runtime": "nodejs22.x"},
        {"Runtime": "provided.al2023"},
        {"PackageType": "Image", "Code": {"ImageUri": "123456789012.dkr.ecr.x/y:z"}},
    ],
)
def test_other_languages_and_images_are_not_simulated(
    account: Account, client: Client, functions: Functions, options: dict[str, Any]
) -> None:
    functions.deploy("f")
    role = client("lambda").get_function(FunctionName="f")["Configuration"]["Role"]
    code = {"Code": {"ZipFile": b"x"}, "Handler": "app.handler"}
    asked = options if "PackageType" in options else {**code, **options}

    with pytest.raises(NotImplementedError):
        client("lambda").create_function(FunctionName="g", Role=role, **asked)
