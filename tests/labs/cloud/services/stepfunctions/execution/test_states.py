"""States that branch, wait and assign: in virtual time, side by side, and in a fixed order."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from labs.cloud.clock import clock

END = {"Type": "Pass", "End": True}
WAIT = {"Type": "Wait", "Seconds": 5, "End": True}


def branch(name: str, state: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": name, "States": {name: state}}


def test_branches_wait_side_by_side(machines: Any, elapsed: Callable[[], float]) -> None:
    states = {
        "Both": {"Type": "Parallel", "Branches": [branch("A", WAIT), branch("B", WAIT)]}
        | {"End": True}
    }

    assert machines.output(states, {"n": 1}) == [{"n": 1}, {"n": 1}]
    assert 5 <= elapsed() < 6


@pytest.mark.parametrize(("limit", "seconds"), [(0, 5), (1, 20), (2, 10)])
def test_iterations_wait_side_by_side_as_many_as_may(
    machines: Any, elapsed: Callable[[], float], limit: int, seconds: int
) -> None:
    states = {
        "Each": {"Type": "Map", "MaxConcurrency": limit, "ItemProcessor": branch("W", WAIT)}
        | {"End": True}
    }

    assert machines.output(states, [1, 2, 3, 4]) == [1, 2, 3, 4]
    assert seconds <= elapsed() < seconds + 1


def test_functions_of_branches_take_their_time_one_after_the_other(
    machines: Any, functions: Any, elapsed: Callable[[], float]
) -> None:
    arn = functions.deploy("slow", lambda _event: clock.advance(5_000_000_000))
    call = {"Type": "Task", "Resource": arn, "End": True}
    states = {
        "Both": {"Type": "Parallel", "Branches": [branch("A", call), branch("B", call)]}
        | {"End": True}
    }

    machines.output(states)

    assert 10 <= elapsed() < 11  # on AWS 5


def test_a_branch_that_fails_ends_the_others(machines: Any, elapsed: Callable[[], float]) -> None:
    failing = {
        "StartAt": "Soon",
        "States": {
            "Soon": {"Type": "Wait", "Seconds": 1, "Next": "Fail"},
            "Fail": {"Type": "Fail", "Error": "Broken", "Cause": "why"},
        },
    }
    states = {
        "Both": {"Type": "Parallel", "Branches": [branch("Long", WAIT), failing], "End": True}
    }

    told = machines.run(states)

    assert (told["error"], told["cause"]) == ("Broken", "why")
    assert elapsed() < 2
    assert machines.kinds(told["executionArn"])[-4:] == [
        "FailStateEntered",
        "WaitStateAborted",
        "ParallelStateFailed",
        "ExecutionFailed",
    ]


def test_a_map_whose_iteration_fails_is_retried_as_a_whole(machines: Any, functions: Any) -> None:
    tries: list[int] = []

    def sometimes(event: Any) -> Any:
        tries.append(event)
        if event == 2 and tries.count(2) == 1:
            raise ValueError("not yet")
        return event * 10

    arn = functions.deploy("work", sometimes)
    state = {"Type": "Task", "Resource": arn, "End": True}
    retry = [{"ErrorEquals": ["ValueError"], "MaxAttempts": 1}]
    states = {
        "Each": {"Type": "Map", "ItemProcessor": branch("W", state), "Retry": retry, "End": True}
        | {"MaxConcurrency": 1}
    }

    assert machines.output(states, [1, 2, 3]) == [10, 20, 30]
    assert tries == [1, 2, 1, 2, 3]


def test_an_item_selector_sees_item_index_and_input(machines: Any) -> None:
    selector = {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "all.$": "$.tag"}
    states = {
        "Each": {"Type": "Map", "ItemsPath": "$.rows", "ItemSelector": selector, "End": True}
        | {"ItemProcessor": branch("P", END)}
    }

    assert machines.output(states, {"rows": ["a", "b"], "tag": "t"}) == [
        {"i": 0, "v": "a", "all": "t"},
        {"i": 1, "v": "b", "all": "t"},
    ]


def test_variables_are_seen_inside_and_not_outside(machines: Any) -> None:
    inner = {"Type": "Pass", "Assign": {"mine": 2}, "Output": "{% $outer + $mine0 %}"}
    states = {
        "Set": {"Type": "Pass", "Assign": {"outer": 40, "mine0": 2}, "Next": "Both"},
        "Both": {"Type": "Parallel", "Branches": [branch("In", inner | {"End": True})]}
        | {"Next": "Look"},
        "Look": {"Type": "Pass", "Output": "{% $exists($mine) %}", "End": True},
    }

    assert machines.output(states, extra={"QueryLanguage": "JSONata"}) is False


def test_an_execution_times_out_on_virtual_time(
    machines: Any, elapsed: Callable[[], float]
) -> None:
    told = machines.run({"Wait": {**WAIT, "Seconds": 60}}, extra={"TimeoutSeconds": 10})

    assert told["status"] == "TIMED_OUT"
    assert 10 <= elapsed() < 11
    assert machines.kinds(told["executionArn"])[-1] == "ExecutionTimedOut"


def test_a_loop_without_an_end_fills_the_history(machines: Any) -> None:
    rule = {"Variable": "$.never", "IsPresent": True, "Next": "Stop"}
    states = {
        "Round": {"Type": "Pass", "Next": "Ask"},
        "Ask": {"Type": "Choice", "Choices": [rule], "Default": "Round"},
        "Stop": {"Type": "Succeed"},
    }

    told = machines.run(states)

    assert told["status"] == "FAILED"
    assert "maximum number of history events (25000)" in told["cause"]


def test_a_loop_of_an_express_execution_ends_with_its_time(machines: Any) -> None:
    rule = {"Variable": "$.never", "IsPresent": True, "Next": "Stop"}
    states = {
        "Ask": {"Type": "Choice", "Choices": [rule], "Default": "Round"},
        "Round": {"Type": "Pass", "Next": "Ask"},
        "Stop": {"Type": "Succeed"},
    }
    machine = machines.create(states, type="EXPRESS")

    told = machines.client.start_sync_execution(stateMachineArn=machine)

    assert told["status"] == "TIMED_OUT"


def test_a_choice_without_a_match_fails(machines: Any) -> None:
    rule = {"Variable": "$.n", "NumericEquals": 1, "Next": "One"}
    states = {"Choose": {"Type": "Choice", "Choices": [rule]}, "One": END}

    assert machines.run(states, {"n": 2})["error"] == "States.NoChoiceMatched"


def test_the_same_seed_gives_the_same_history(machines: Any, functions: Any) -> None:
    arn = functions.deploy("work", lambda event: event)
    task = {"Type": "Task", "Resource": arn, "End": True}
    states = {"Each": {"Type": "Map", "ItemProcessor": branch("W", task), "End": True}}
    machine = machines.create(states)

    histories = []
    for _ in range(2):
        execution = machines.start(machine, list(range(7)))
        machines.finish(execution)
        histories.append(machines.kinds(execution))

    assert histories[0] == histories[1]


class TestDistributedMap:
    def states(self, **fields: Any) -> dict[str, Any]:
        config = {"Mode": "DISTRIBUTED", "ExecutionType": fields.pop("kind", "STANDARD")}
        rule = {"Variable": "$.bad", "IsPresent": True, "Next": "Fail"}
        processor = {
            "ProcessorConfig": config,
            "StartAt": "Choose",
            "States": {
                "Choose": {"Type": "Choice", "Choices": [rule], "Default": "Done"},
                "Done": END,
                "Fail": {"Type": "Fail", "Error": "Bad"},
            },
        }
        return {
            "Each": {"Type": "Map", "Label": "Each", "ItemProcessor": processor, "End": True}
            | fields
        }

    def test_each_item_is_an_execution(self, machines: Any) -> None:
        execution = machines.start(machines.create(self.states()), [{"n": 1}, {"n": 2}])
        machines.finish(execution)

        (run,) = machines.client.list_map_runs(executionArn=execution)["mapRuns"]
        told = machines.client.describe_map_run(mapRunArn=run["mapRunArn"])
        children = machines.client.list_executions(mapRunArn=run["mapRunArn"])["executions"]

        assert (told["status"], told["itemCounts"]["succeeded"]) == ("SUCCEEDED", 2)
        assert [child["status"] for child in children] == ["SUCCEEDED"] * 2
        assert "/Each:" in run["mapRunArn"]

    def test_express_children_are_counted_and_not_listed(self, machines: Any) -> None:
        execution = machines.start(machines.create(self.states(kind="EXPRESS")), [{}, {}])
        machines.finish(execution)

        (run,) = machines.client.list_map_runs(executionArn=execution)["mapRuns"]
        told = machines.client.describe_map_run(mapRunArn=run["mapRunArn"])
        listed = machines.client.list_executions(mapRunArn=run["mapRunArn"])["executions"]

        assert (told["executionCounts"]["succeeded"], listed) == (2, [])

    def test_one_failure_too_many_fails_the_map(self, machines: Any) -> None:
        told = machines.run(self.states(ToleratedFailureCount=1), [{"bad": 1}, {}, {"bad": 1}])

        assert told["error"] == "States.ExceedToleratedFailureThreshold"

    def test_tolerated_failures_are_left_out(self, machines: Any) -> None:
        states = self.states(ToleratedFailurePercentage=50)

        assert machines.output(states, [{"bad": 1}, {"n": 2}]) == [{"n": 2}]

    def test_items_come_in_batches_and_results_go_to_s3(self, machines: Any) -> None:
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="data-in-out")
        lines = "\n".join(json.dumps({"n": number}) for number in range(5))
        s3.put_object(Bucket="data-in-out", Key="in.jsonl", Body=lines)
        reader = {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": "data-in-out", "Key": "in.jsonl"},
        }
        writer = {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "data-in-out", "Prefix": "out"},
        }

        output = machines.output(
            self.states(
                ItemReader=reader, ResultWriter=writer, ItemBatcher={"MaxItemsPerBatch": 2}
            )
        )

        def read(key: str) -> Any:
            return json.loads(s3.get_object(Bucket="data-in-out", Key=key)["Body"].read())

        manifest = read(output["ResultWriterDetails"]["Key"])
        (file,) = manifest["ResultFiles"]["SUCCEEDED"]
        batches = [json.loads(row["Output"])["Items"] for row in read(file["Key"])]
        assert batches == [[{"n": 0}, {"n": 1}], [{"n": 2}, {"n": 3}], [{"n": 4}]]

    def test_a_missing_object_fails_the_reader(self, machines: Any) -> None:
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="data-in-out")
        reader = {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": "data-in-out", "Key": "none"},
        }

        assert machines.run(self.states(ItemReader=reader))["error"] == "States.ItemReaderFailed"

    @pytest.mark.parametrize(
        ("kind", "content"),
        [
            ("JSON", b"[" * 500_000),
            ("JSONL", b"\xff"),
            ("JSON", b"\x1f\x8b no gzip"),
            ("JSON", gzip.compress(bytes(65 << 20), 1)),
            ("CSV", b'a\n"' + b"x" * 200_000),
            ("MANIFEST", b'{"files": 5}'),
        ],
    )
    def test_a_hostile_object_fails_the_reader(
        self, machines: Any, kind: str, content: bytes
    ) -> None:
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="data-in-out")
        s3.put_object(Bucket="data-in-out", Key="in", Body=content)
        header = {"CSVHeaderLocation": "FIRST_ROW"} if kind == "CSV" else {}
        reader = {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": kind, **header},
            "Parameters": {"Bucket": "data-in-out", "Key": "in"},
        }

        assert machines.run(self.states(ItemReader=reader))["error"] == "States.ItemReaderFailed"

    @pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
    def test_a_redrive_goes_on_with_the_children_that_failed(
        self, machines: Any, functions: Any, kind: str
    ) -> None:
        broken = [True]

        def work(event: Any) -> Any:
            if broken and event == 2:
                raise ValueError("broken")
            return event * 10

        task = {"Type": "Task", "Resource": functions.deploy("work", work), "End": True}
        config = {"Mode": "DISTRIBUTED", "ExecutionType": kind}
        processor = {"ProcessorConfig": config, **branch("W", task)}
        states = {"Each": {"Type": "Map", "ItemProcessor": processor, "End": True}}
        states["Each"]["MaxConcurrency"] = 1
        told = machines.run(states, [1, 2, 3])
        assert told["status"] == "FAILED"

        broken.clear()
        machines.client.redrive_execution(executionArn=told["executionArn"])

        assert machines.finish(told["executionArn"])["output"] == "[10,20,30]"
        assert functions.events["work"] == [1, 2, 2, 3]
        (run,) = machines.client.list_map_runs(executionArn=told["executionArn"])["mapRuns"]
        assert machines.client.describe_map_run(mapRunArn=run["mapRunArn"])["redriveCount"] == 1
        assert "MapRunRedriven" in machines.kinds(told["executionArn"])


@pytest.mark.parametrize(
    "config",
    [
        {"InputType": "PARQUET"},
        {"InputType": "MANIFEST", "ManifestType": "ATHENA_DATA"},
    ],
)
def test_items_of_other_kinds_are_not_simulated(machines: Any, config: dict[str, str]) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="data-in-out")
    s3.put_object(Bucket="data-in-out", Key="in", Body=b"{}")
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": config,
        "Parameters": {"Bucket": "data-in-out", "Key": "in"},
    }

    told = machines.run(TestDistributedMap().states(ItemReader=reader))

    assert told["error"] == "NotSimulated"
