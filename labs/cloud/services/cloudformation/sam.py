"""Transform AWS::Serverless-2016-10-31, by AWS's own translator, which calls nothing here.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
"""

import copy
import importlib
from collections.abc import Mapping
from typing import Any, override

import boto3

from labs.cloud import moto_iam
from labs.cloud.services.cloudformation import templates
from labs.cloud.services.cloudformation.errors import CloudFormationError
from labs.cloud.services.cloudformation.packages import PACKAGES, pack
from labs.cloud.simulation import current

type Json = dict[str, Any]
# Properties with code of their own: type -> property.
_CODE = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Lambda::Function": "Code",
    "AWS::Lambda::LayerVersion": "Content",
}

# Properties with a document of their own: type -> (its place, what holds it inside).
_DOCUMENTS = {
    "AWS::Serverless::Api": ("DefinitionUri", "DefinitionBody"),
    "AWS::Serverless::HttpApi": ("DefinitionUri", "DefinitionBody"),
    "AWS::Serverless::StateMachine": ("DefinitionUri", "Definition"),
    "AWS::StepFunctions::StateMachine": ("DefinitionS3Location", "Definition"),
    "AWS::AppSync::GraphQLSchema": ("DefinitionS3Location", "Definition"),
}


class Policies(dict[str, str]):
    """{name: ARN} of AWS's managed policies, looked up one by one."""

    @override
    def __contains__(self, name: object) -> bool:
        return bool(moto_iam.policy_of_aws(str(name)))

    @override
    def __getitem__(self, name: str) -> str:
        return moto_iam.policy_of_aws(name)

    @override
    def get(self, name: Any, default: Any = None) -> Any:
        return moto_iam.policy_of_aws(str(name)) or default


def transform(template: Json, parameters: Mapping[str, str], region: str) -> Json:
    """The template without types of SAM.

    Raises:
        CloudFormationError: the translator refuses it, in its words.
    """
    translator = importlib.import_module("samtranslator.translator.translator")
    parser = importlib.import_module("samtranslator.parser.parser")
    errors = importlib.import_module("samtranslator.model.exceptions")
    given = copy.deepcopy(template)
    session = boto3.session.Session(region_name=region)
    try:
        translated: Json = translator.Translator(
            Policies(), parser.Parser(), boto_session=session
        ).translate(given, dict(parameters))
    except errors.InvalidDocumentException as error:
        raise CloudFormationError(_reason(error)) from None
    translated.pop("Transform", None)
    return translated


def _reason(error: Any) -> str:
    """As CloudFormation reports a macro that failed."""
    found = error.message
    causes = " ".join(cause.message for cause in getattr(error, "causes", ()) if cause)
    whole = f"{found} {causes}" if causes and causes not in found else found
    return f"Transform AWS::Serverless-2016-10-31 failed with: {whole}"


def with_packages(template: Json) -> Json:
    """Code in folders beside the template becomes packages, as `sam deploy` uploads it."""
    found = copy.deepcopy(template)
    files = current().files
    shared = ((found.get("Globals") or {}).get("Function") or {}).get("CodeUri")
    for resource in found.get("Resources", {}).values():
        if not isinstance(resource, dict):
            continue
        name = _CODE.get(str(resource.get("Type")))
        properties = resource.get("Properties")
        _read_document(str(resource.get("Type")), properties, files)
        if not name or not isinstance(properties, dict):
            continue
        code = properties.get(name, shared if name == "CodeUri" else None)
        if not isinstance(code, str) or code.startswith(("s3://", "http")):
            continue
        if key := pack(code, files):
            properties[name] = _place(resource["Type"], key)
    return found


def _read_document(kind: str, properties: Any, files: Mapping[str, str]) -> None:
    """A definition in a file beside the template stands in the template."""
    place, inside = _DOCUMENTS.get(kind, ("", ""))
    if not place or not isinstance(properties, dict):
        return
    name = properties.get(place)
    text = files.get(name.removeprefix("./")) if isinstance(name, str) else None
    if text is not None:
        is_schema = kind == "AWS::AppSync::GraphQLSchema"
        properties[inside] = text if is_schema else templates.read(text)
        del properties[place]


def _place(kind: str, key: str) -> Any:
    """SAM's types and Lambda's name an object of S3 differently."""
    if kind.startswith("AWS::Serverless"):
        return {"Bucket": PACKAGES, "Key": key}
    return {"S3Bucket": PACKAGES, "S3Key": key}
