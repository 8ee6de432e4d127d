"""What only a Map state has: reader, batcher, writer, label, modes."""

from typing import Any

from labs.cloud.services.stepfunctions.language.machine import JSONATA
from labs.cloud.services.stepfunctions.language.validation import expressions
from labs.cloud.services.stepfunctions.language.validation.diagnostics import Findings

MAX_LABEL = 40
# https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
_NOT_IN_LABELS = set('?*<>{}[]:;,\\|^~$#%&`"/ ')
_MODES, _TYPES = ("INLINE", "DISTRIBUTED"), ("STANDARD", "EXPRESS")
_DISTRIBUTED_ONLY = (
    *("ItemReader", "ItemBatcher", "ResultWriter", "Label", "ToleratedFailureCount"),
    *("ToleratedFailureCountPath", "ToleratedFailurePercentage"),
    "ToleratedFailurePercentagePath",
)
_PARTS = ("ItemReader", "ItemBatcher", "ResultWriter")


def check(
    raw: dict[str, Any], kind: str, language: str, location: str, findings: Findings
) -> None:
    if not {"ItemProcessor", "Iterator"} & set(raw):
        findings.add("These fields are required: [ItemProcessor]", location)
        return
    field = "ItemProcessor" if "ItemProcessor" in raw else "Iterator"
    is_distributed = _check_mode(raw[field], kind, f"{location}/{field}", findings)
    if not is_distributed:
        for one in _DISTRIBUTED_ONLY:
            if one in raw:
                findings.unsupported(one, location)
    _check_label(raw, location, findings)
    for part in _PARTS:
        if isinstance(raw.get(part), dict):
            _check_part(raw[part], part, language, f"{location}/{part}", findings)


def _check_mode(processor: Any, kind: str, location: str, findings: Findings) -> bool:
    """Whether it is distributed."""
    config = processor.get("ProcessorConfig", {}) if isinstance(processor, dict) else {}
    at = f"{location}/ProcessorConfig"
    if not isinstance(config, dict):
        findings.add("Expected value of type Object", at)
        return False
    mode = config.get("Mode", "INLINE")
    for field, value, known in (
        ("Mode", mode, _MODES),
        ("ExecutionType", config.get("ExecutionType", "STANDARD"), _TYPES),
    ):
        if value not in known:
            findings.add(
                f"The field '{field}' should have one of these values: [{', '.join(known)}]",
                f"{at}/{field}",
            )
    if mode == "DISTRIBUTED" and kind == "EXPRESS":
        findings.add("Express state machine does not support DISTRIBUTED mode", f"{at}/Mode")
    if mode == "DISTRIBUTED" and "ExecutionType" not in config:
        findings.add("These fields are required: [ExecutionType]", at)
    return bool(mode == "DISTRIBUTED")


def _check_label(raw: dict[str, Any], location: str, findings: Findings) -> None:
    if "Label" not in raw:
        return
    label, at = raw["Label"], f"{location}/Label"
    if not isinstance(label, str) or not label:
        findings.add("Value cannot be empty", at)
    elif len(label) > MAX_LABEL:
        findings.add(f"Label cannot exceed {MAX_LABEL} characters", at, "INVALID_LABEL_NAME")
    elif any(_is_refused(sign) for sign in label):
        findings.add("Label contains invalid characters", at, "INVALID_LABEL_NAME")


def _is_refused(sign: str) -> bool:
    return sign in _NOT_IN_LABELS or ord(sign) < 32 or 127 <= ord(sign) < 160


def _check_part(
    part: dict[str, Any], name: str, language: str, location: str, findings: Findings
) -> None:
    from labs.cloud.services.stepfunctions.language.validation import states

    if name == "ItemReader" and "Resource" not in part:
        findings.add("These fields are required: [Resource]", location)
    bodies = {location: part}
    for config in ("ReaderConfig", "WriterConfig"):
        bodies[f"{location}/{config}"] = part.get(config, {})
    for at, body in bodies.items():
        if isinstance(body, dict):
            states.check_language(body, language, at, findings)
            states.check_exclusive(body, at, findings)
            states.check_values(body, language, at, findings)
    batch_input = part.get("BatchInput")
    if language == JSONATA:
        expressions.check_jsonata(batch_input, f"{location}/BatchInput", findings)
    else:
        expressions.check_template(batch_input, f"{location}/BatchInput", findings)
