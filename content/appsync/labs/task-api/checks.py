"""What the people who use the task board would see, and what the calls behind a screen cost."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from labs.checks import Cloud, check, expect, setup
from labs.checks.package import zip_files

GUARD = """
def handler(event, context):
    word, _, user = event["authorizationToken"].partition(" ")
    return {"isAuthorized": word == "badge", "resolverContext": {"user": user}}
"""
LARGEST, DEFAULT = 20, 10
ENOUGH_PAGES = 12
INVOCATIONS, CALLS = 3, 3
PLAIN = "id title due"
FIELDS = f"{PLAIN} assignee {{ id name }}"
START = (
    "query($owner: ID, $limit: Int, $nextToken: String) {"
    " tasks(owner: $owner, limit: $limit, nextToken: $nextToken) { nextToken items"
)
LIST, PLAIN_LIST = (f"{START} {{ {fields} }} }} }}" for fields in (FIELDS, PLAIN))
ONE = f"query($id: ID!) {{ task(id: $id) {{ {FIELDS} }} }}"

type Json = dict[str, Any]

# Where the API is, once it is built.
API: dict[str, str] = {}


@setup(once=True)
def build(cloud: Cloud) -> None:
    create_tables(cloud)
    environment = {"TASKS_TABLE": "tasks", "PEOPLE_TABLE": "people"}
    for name in ("tasks", "people"):
        cloud.deploy_function(name, handler=f"resolvers.{name}", environment=environment)
    create_api(cloud)
    cloud.call("api.build", API["id"])
    status = cloud.client("appsync").get_schema_creation_status(apiId=API["id"])
    API["schema"] = "" if status["status"] == "SUCCESS" else str(status.get("details"))


@check("People see their own tasks", points=1, visible=True)
def own_tasks(cloud: Cloud) -> None:
    user, *others = new_names(cloud, 3)
    team = new_people(cloud, 3)
    mine = add_tasks(cloud, user, 5, team)
    for other in others:
        add_tasks(cloud, other, 2, team)
    for task in (mine[0], mine[4]):
        answer = ask(cloud, user, ONE, id=task["id"])
        expect_no_errors(answer, "a request for an own task")
        expect_task((answer["data"] or {}).get("task"), task, team)
    for query, arguments in ((LIST, {}), (PLAIN_LIST, {"owner": user})):
        answer = ask(cloud, user, query, **arguments)
        expect_no_errors(answer, "a request for the own tasks")
        expect_tasks(page_of(answer)["items"], mine, team)
    nothing = ask(cloud, user, ONE, id=new_id(cloud))
    expect(nothing == {"data": {"task": None}},
           f"A task that does not exist is answered with {shown(nothing)}.")  # fmt: skip


@check("Pages have each task once", points=2, visible=True)
def pages(cloud: Cloud) -> None:
    user, other, nobody = new_names(cloud, 3)
    team = new_people(cloud, 2)
    before = len(cloud.calls("dynamodb", "Scan"))
    mine = add_tasks(cloud, user, 8, team)
    add_tasks(cloud, other, 9, team)
    expect_tasks(all_pages(cloud, user, limit=4), mine, team)
    first = page_of(ask(cloud, user, PLAIN_LIST, limit=3))
    for task in mine[:2]:
        cloud.client("dynamodb").delete_item(TableName="tasks", Key={"id": {"S": task["id"]}})
    rest = all_pages(cloud, user, limit=3, token=first["nextToken"])
    expect_tasks([*first["items"], *rest], mine, team, while_reading="two tasks were deleted")
    empty = ask(cloud, nobody, PLAIN_LIST)
    expect_no_errors(empty, "a request of somebody without tasks")
    expect(page_of(empty) == {"items": [], "nextToken": None},
           f"Somebody without tasks gets {shown(empty)}.")  # fmt: skip
    scans = len(cloud.calls("dynamodb", "Scan")) - before
    expect(not scans, "For a page of one person's tasks, the tasks of all people were read.")


@check("A page with its people costs few calls", points=2, visible=True)
def few_calls(cloud: Cloud) -> None:
    (user,) = new_names(cloud, 1)
    team = new_people(cloud, LARGEST)
    mine = add_tasks(cloud, user, LARGEST, team)
    for task, person in zip(mine, team, strict=True):
        task["person"] = person["id"]
    store(cloud, *mine)
    invoked, called = invocations(cloud), len(cloud.calls("dynamodb"))
    answer = ask(cloud, user, LIST, limit=LARGEST)
    expect_no_errors(answer, "a request for a page")
    invoked, called = invocations(cloud) - invoked, len(cloud.calls("dynamodb")) - called
    expect_tasks(page_of(answer)["items"], mine, team)
    page = f"A page of {LARGEST} tasks with their people"
    expect(invoked <= INVOCATIONS, f"{page} invoked functions {invoked} times.")
    expect(called <= CALLS, f"{page} made {called} calls of DynamoDB.")


@check("Nobody sees the tasks of others", points=2)
def strangers(cloud: Cloud) -> None:
    ann, ben = new_names(cloud, 2)
    team = new_people(cloud, 2)
    hers, his = add_tasks(cloud, ann, 5, team), add_tasks(cloud, ben, 5, team)
    query = (
        "query($mine: ID!, $hers: ID!) {"
        f" mine: task(id: $mine) {{ {FIELDS} }} hers: task(id: $hers) {{ {FIELDS} }} }}"
    )
    answer = ask(cloud, ben, query, mine=his[0]["id"], hers=hers[0]["id"])
    expect_refused(answer, "hers", hers, "asked for a task of somebody else")
    expect_task((answer["data"] or {}).get("mine"), his[0], team)
    query = (
        "query($owner: ID) {"
        f" mine: tasks {{ items {{ {PLAIN} }} }}"
        " hers: tasks(owner: $owner) { items { id } } }"
    )
    answer = ask(cloud, ben, query, owner=ann)
    expect_refused(answer, "hers", hers, "asked for the tasks of somebody else")
    expect_tasks(((answer["data"] or {}).get("mine") or {}).get("items"), his, team)
    token = page_of(ask(cloud, ann, PLAIN_LIST, limit=2))["nextToken"]
    told = json.dumps(ask(cloud, ben, PLAIN_LIST, limit=2, nextToken=token))
    seen = any(task["title"] in told for task in hers)
    expect(not seen, "With a token that was given to somebody else, one sees the other's tasks.")


@check("What is missing spoils nothing else", points=2)
def spoilt(cloud: Cloud) -> None:
    user, loner = new_names(cloud, 2)
    team = new_people(cloud, 3)
    gone, nameless = new_people(cloud, 2)
    client = cloud.client("dynamodb")
    client.delete_item(TableName="people", Key={"id": {"S": gone["id"]}})
    client.put_item(TableName="people", Item={"id": {"S": nameless["id"]}})
    mine = add_tasks(cloud, user, 7, team)
    untitled, of_gone, of_nameless, of_nobody = cloud.random.sample(mine, 4)
    untitled["title"] = None
    of_gone["person"], of_nameless["person"] = gone["id"], nameless["id"]
    of_nobody["person"] = None
    store(cloud, untitled, of_gone, of_nameless, of_nobody)
    answer = ask(cloud, user, LIST)
    items = (((answer.get("data") or {}).get("tasks") or {}).get("items")) or []
    found = {item["id"]: item for item in items if isinstance(item, dict) and "id" in item}
    for task in mine:
        if task is untitled:
            continue
        why = f"because of what other tasks lack{told_errors(answer)}"
        expect(task["id"] in found, f"The task {shown(task['title'])} is not on the page, {why}")
        if task in (of_gone, of_nameless):
            person = found[task["id"]].get("assignee")
            is_nobody = person is None or person.get("name") is None
            expect(is_nobody, f"A person who is not known has the name {shown(person)}.")
            expect(found[task["id"]]["title"] == task["title"], "A task has another title.")
        else:
            expect_task(found[task["id"]], task, team)
    alone = add_tasks(cloud, loner, 2, [])
    answer = ask(cloud, loner, LIST)
    expect_no_errors(answer, "a page of tasks that nobody works on")
    expect_tasks(page_of(answer)["items"], alone, [])


@check("A page has a size", points=1)
def page_size(cloud: Cloud) -> None:
    (user,) = new_names(cloud, 1)
    mine = add_tasks(cloud, user, LARGEST + 4, new_people(cloud, 1))
    sizes = {1: 1, LARGEST: LARGEST, LARGEST + 1: LARGEST, 100_000: LARGEST, 0: 1, -5: 1,
             None: DEFAULT}  # fmt: skip
    for limit, wanted in sizes.items():
        answer = ask(cloud, user, PLAIN_LIST, limit=limit)
        found = page_of(answer)
        count = len(found["items"])
        expect(count == wanted, f"With the limit {json.dumps(limit)}, a page has {count} tasks.")
        expect(found["nextToken"] is not None, "A page that is not the last has no token.")
    left_out = page_of(ask(cloud, user, "{ tasks { items { id } nextToken } }"))
    count = len(left_out["items"])
    expect(count == DEFAULT, f"Without a limit, a page has {count} tasks.")
    seen = [item["id"] for item in all_pages(cloud, user, limit=1000)]
    expect(seen == [task["id"] for task in mine],
           "With a very large limit, the pages together do not have each task once.")  # fmt: skip


@check("People who cannot be read cost no task", points=2)
def busy(cloud: Cloud) -> None:
    (user,) = new_names(cloud, 1)
    team = new_people(cloud, 5)
    mine = add_tasks(cloud, user, 6, team)
    cloud.faults.hold_back("dynamodb", "BatchGetItem", times=2)
    answer = ask(cloud, user, LIST, limit=LARGEST)
    expect_no_errors(answer, "a page while DynamoDB does a part of a batch")
    expect_tasks(page_of(answer)["items"], mine, team)
    for operation in ("BatchGetItem", "TransactGetItems", "GetItem"):
        cloud.faults.fail("dynamodb", operation, code="AccessDeniedException", times=None)
    answer = ask(cloud, user, LIST, limit=LARGEST)
    data = (answer.get("data") or {}).get("tasks")
    expect(data is not None, "While the people cannot be read, nobody sees a task.")
    nameless = [{**task, "person": None} for task in mine]
    expect_tasks(data["items"], nameless, [])
    expect(answer.get("errors"), "People could not be read, and the answer has no error: "
           "it looks as if nobody worked on these tasks.")  # fmt: skip


def create_tables(cloud: Cloud) -> None:
    cloud.create_table("people", key="id")
    cloud.client("dynamodb").create_table(
        TableName="tasks",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("id", "owner")
        ],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "byOwner",
                "KeySchema": [
                    {"AttributeName": "owner", "KeyType": "HASH"},
                    {"AttributeName": "id", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )


def create_api(cloud: Cloud) -> None:
    """The API with its way in and its data sources; schema and resolvers are the learner's."""
    functions, appsync = cloud.client("lambda"), cloud.client("appsync")
    guard = functions.create_function(
        FunctionName="guard",
        Runtime="python3.13",
        Role=cloud.role("guard-role"),
        Handler="guard.handler",
        Code={"ZipFile": zip_files({"guard.py": GUARD})},
    )["FunctionArn"]
    functions.add_permission(
        FunctionName="guard",
        StatementId="appsync",
        Action="lambda:InvokeFunction",
        Principal="appsync.amazonaws.com",
    )
    made = appsync.create_graphql_api(
        name="board",
        authenticationType="AWS_LAMBDA",
        lambdaAuthorizerConfig={"authorizerUri": guard},
    )["graphqlApi"]
    API.update(id=made["apiId"], url=made["uris"]["GRAPHQL"], schema="")
    for name in ("tasks", "people"):
        arn = functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
        appsync.create_data_source(
            apiId=API["id"],
            name=name,
            type="AWS_LAMBDA",
            serviceRoleArn=cloud.role(f"api-{name}"),
            lambdaConfig={"lambdaFunctionArn": arn},
        )


def ask(cloud: Cloud, user: str, query: str, **variables: Any) -> Json:
    """The API's answer to a user's request."""
    expect(not API["schema"], f"AppSync refuses the schema: {API['schema'][:200]}")
    answer = cloud.request(
        "POST",
        API["url"],
        headers={"authorization": f"badge {user}", "content-type": "application/json"},
        body=json.dumps({"query": query, "variables": variables}).encode(),
    )
    found: Json = json.loads(answer.body)
    refused = [error["message"] for error in found.get("errors", ())
               if "path" not in error or "alidation error" in error["message"]]  # fmt: skip
    expect(not refused, f"The API refuses a request of the apps: {''.join(refused[:1])[:200]}")
    return found


def page_of(answer: Json) -> Json:
    found = (answer.get("data") or {}).get("tasks")
    expect(isinstance(found, dict) and isinstance(found["items"], list),
           f"There is no page{told_errors(answer)}")  # fmt: skip
    return dict(found)


def all_pages(cloud: Cloud, user: str, *, limit: int, token: str | None = None) -> list[Any]:
    """All tasks from this token on, page by page, until there is no token."""
    found: list[Any] = []
    for _ in range(ENOUGH_PAGES):
        answer = ask(cloud, user, PLAIN_LIST, limit=limit, nextToken=token)
        expect_no_errors(answer, "a request for a page")
        page = page_of(answer)
        expect(len(page["items"]) <= limit,
               f"With the limit {limit}, a page has {len(page['items'])} tasks.")  # fmt: skip
        found += page["items"]
        token = page["nextToken"]
        if token is None:
            return found
    expect(False, f"{ENOUGH_PAGES} pages did not come to an end, {len(found)} tasks were on them.")
    return found


def invocations(cloud: Cloud) -> int:
    return sum(len(cloud.function(name).invocations) for name in ("tasks", "people"))


def expect_no_errors(answer: Json, what: str) -> None:
    expect(not answer.get("errors"), f"The answer to {what} has errors{told_errors(answer)}")


def expect_refused(answer: Json, field: str, hidden: Sequence[Json], who: str) -> None:
    """The field is null, has an error that says so, and nothing of the tasks is told."""
    told = json.dumps(answer)
    seen = any(task["title"] in told for task in hidden)
    seen = seen or any(task["id"] in told for task in hidden[1:])  # the first one was asked for
    expect(not seen, f"Somebody {who}, and got it.")
    errors = [error for error in answer.get("errors", ()) if (error["path"] or [""])[0] == field]
    expect(errors, f"Somebody {who}, and the answer has no error for it.")
    kinds = [error["errorType"] for error in errors]
    expect("Unauthorized" in kinds, f"Somebody {who}, and the error is of the type {kinds[0]}.")


def expect_tasks(
    found: Any, wanted: Sequence[Json], team: Sequence[Json], *, while_reading: str = ""
) -> None:
    """These tasks in this order, each once, each with its person."""
    expect(isinstance(found, list) and all(isinstance(one, dict) for one in found),
           f"There is no list of tasks but {shown(found)}.")  # fmt: skip
    ids = Counter(item["id"] for item in found)
    since = f" ({while_reading} meanwhile)" if while_reading else ""
    for task in wanted:
        count = ids.pop(task["id"], 0)
        expect(count > 0, f"The task {shown(task['title'])} is missing{since}.")
        expect(count == 1, f"The task {shown(task['title'])} comes {count} times{since}.")
    expect(not ids, f"Tasks of somebody else are on the page: {len(ids)}.")
    in_order = [item["id"] for item in found] == [task["id"] for task in wanted]
    expect(in_order, "The tasks are not in the order of their ids.")
    for item, task in zip(found, wanted, strict=True):
        expect_task(item, task, team)


def expect_task(found: Any, task: Json, team: Sequence[Json]) -> None:
    person = next((one for one in team if one["id"] == task["person"]), None)
    wanted = {"id": task["id"], "title": task["title"], "due": task["due"]}
    expect(isinstance(found, dict), f"The task {shown(task['title'])} is {shown(found)}.")
    got = {name: found.get(name) for name in wanted}
    expect(got == wanted, f"The task {shown(task['title'])} comes as {shown(got)}.")
    if "assignee" not in found:
        return
    assignee = found["assignee"]
    expect(
        assignee == person,
        f"The task {shown(task['title'])} of {shown((person or {}).get('name', 'nobody'))} "
        f"is shown as the task of {shown((assignee or {}).get('name', 'nobody'))}.",
    )


def new_names(cloud: Cloud, count: int) -> list[str]:
    numbers = cloud.random.sample(range(100_000, 999_999), count)
    return [f"u-{number}" for number in numbers]


def new_id(cloud: Cloud) -> str:
    return f"t-{cloud.random.randrange(10**9):09}"


def new_people(cloud: Cloud, count: int) -> list[Json]:
    numbers = cloud.random.sample(range(10**6), count)
    people = [{"id": f"p-{number}", "name": f"Name {number * 7}"} for number in numbers]
    for person in people:
        item = {name: {"S": value} for name, value in person.items()}
        cloud.client("dynamodb").put_item(TableName="people", Item=item)
    return people


def add_tasks(cloud: Cloud, owner: str, count: int, team: Sequence[Json]) -> list[Json]:
    """Tasks of this owner, in the order of their ids; somebody of the team works on each."""
    ids = [new_id(cloud) for _ in range(count)]
    made: list[Json] = [
        {
            "id": task_id,
            "owner": owner,
            "title": f"Title {cloud.random.randrange(10**9)}",
            "due": cloud.random.choice([None, "2026-03-01", "2027-12-24"]),
            "person": cloud.random.choice(team)["id"] if team else None,
        }
        for task_id in ids
    ]
    store(cloud, *made)
    return sorted(made, key=lambda task: str(task["id"]))


def store(cloud: Cloud, *tasks: Json) -> None:
    for task in tasks:
        item = {name: {"S": value} for name, value in task.items() if value is not None}
        cloud.client("dynamodb").put_item(TableName="tasks", Item=item)


def told_errors(answer: Json) -> str:
    errors = [str(error.get("message")) for error in answer.get("errors", ())]
    return f": {shortened(errors[0], 160)}" if errors else "."


def shown(value: object) -> str:
    return shortened(f"'{value}'" if isinstance(value, str) else json.dumps(value), 90)


def shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3]}..."
