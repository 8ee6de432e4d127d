"""Operations on activities, and on the tags of activities and state machines, kept by moto.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html
"""

from typing import Any

from moto.stepfunctions.models import Activity

from labs.cloud import moto_stepfunctions
from labs.cloud.services.stepfunctions.api import refusals
from labs.cloud.services.stepfunctions.api.answers import ApiError, check_arn, page

type Asked = dict[str, Any]


def create_activity(asked: Asked, region: str) -> Asked:
    """Asking again gives the same answer."""
    name, encryption = asked["name"], asked.get("encryptionConfiguration")
    refusals.name(name)
    refusals.encryption(encryption)
    refusals.tags(asked.get("tags"))
    backend = moto_stepfunctions.backend(region)
    arn = f"arn:aws:states:{region}:{backend.account_id}:activity:{name}"
    activity = backend.activities.get(arn)
    if activity is None:
        activity = backend.activities[arn] = Activity(arn, name, encryption)
        if asked.get("tags"):
            backend.tagger.tag_resource(arn, asked["tags"])
    elif encryption and activity.encryption_configuration != encryption:
        raise ApiError("ActivityAlreadyExists", f"Activity Already Exists: '{arn}'")
    return {"activityArn": arn, "creationDate": activity.creation_date}


def describe_activity(asked: Asked, region: str) -> Asked:
    arn = asked["activityArn"]
    check_arn(arn, "activity")
    activity = moto_stepfunctions.backend(arn.split(":")[3] or region).activities.get(arn)
    if activity is None:
        raise ApiError("ActivityDoesNotExist", f"Activity Does Not Exist: '{arn}'")
    encryption = activity.encryption_configuration or {"type": refusals.OWNED}
    return {**_row(activity), "encryptionConfiguration": encryption}


def delete_activity(asked: Asked, region: str) -> Asked:
    """Deleting what is not there is no error."""
    arn = asked["activityArn"]
    check_arn(arn, "activity")
    moto_stepfunctions.backend(arn.split(":")[3] or region).activities.pop(arn, None)
    return {}


def list_activities(asked: Asked, region: str) -> Asked:
    known = list(moto_stepfunctions.backend(region).activities.values())
    rows, token = page(known, asked.get("nextToken"), asked.get("maxResults"))
    return {"activities": [_row(activity) for activity in rows], "nextToken": token}


def list_tags_for_resource(asked: Asked, region: str) -> Asked:
    backend = _tagged(asked["resourceArn"], region)
    told: Asked = backend.tagger.list_tags_for_resource(asked["resourceArn"])
    return told


def tag_resource(asked: Asked, region: str) -> Asked:
    backend = _tagged(asked["resourceArn"], region)
    known = {*backend.tagger.get_tag_dict_for_resource(asked["resourceArn"])}
    known |= {tag["key"] for tag in asked["tags"]}
    refusals.tags([{}] * len(known))
    backend.tagger.tag_resource(asked["resourceArn"], asked["tags"])
    return {}


def untag_resource(asked: Asked, region: str) -> Asked:
    backend = _tagged(asked["resourceArn"], region)
    backend.tagger.untag_resource_using_names(asked["resourceArn"], asked["tagKeys"])
    return {}


def _tagged(arn: str, region: str) -> Any:
    """The backend with the machine or activity that has this ARN."""
    check_arn(arn, "stateMachine", "activity")
    backend = moto_stepfunctions.backend(arn.split(":")[3] or region)
    machines = {machine.arn for machine in backend.state_machines}
    if arn not in machines | set(backend.activities):
        raise ApiError("ResourceNotFound", f"Resource not found: '{arn}'")
    return backend


def _row(activity: Any) -> Asked:
    return {
        "activityArn": activity.arn,
        "name": activity.name,
        "creationDate": activity.creation_date,
    }
