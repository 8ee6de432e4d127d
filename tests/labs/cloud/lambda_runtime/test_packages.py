"""Functions of several files, and layers."""

import pytest

from tests.labs.cloud.lambda_runtime.programs import shown

FILES = """
files = {
    "app/__init__.py": "",
    "app/handler.py": "import json\\nfrom pathlib import Path\\nfrom .models import Order\\n"
                      "from app.prices import load\\n"
                      "def handler(event, context): return [Order(event).name, load()]",
    "app/models.py": "class Order:\\n    def __init__(self, name): self.name = name",
    "app/prices.py": "import json\\nfrom pathlib import Path\\n"
                     "def load(): return json.loads("
                     "Path(__file__).with_name('prices.json').read_text())",
    "app/prices.json": '{"tea": 3}',
}
"""


@pytest.mark.parametrize("handler", ["app/handler.handler", "app.handler.handler"])
@pytest.mark.parametrize("is_package", [True, False])
def test_a_handler_lies_in_a_folder(handler: str, is_package: bool) -> None:
    program = f"""{FILES}
if not {is_package}:
    del files["app/__init__.py"]
create(files, Handler={handler!r})
show(invoke("o-1"))
"""
    assert shown(program) == ["o-1", {"tea": 3}]


def test_files_beside_the_code_are_found_from_the_working_directory() -> None:
    program = """
create({"app.py": "def handler(event, context): return open('data/a.txt').read()",
        "data/a.txt": "text"})
show(invoke())
"""
    assert shown(program) == "text"


LAYERS = """
def layer(name, files):
    made = client.publish_layer_version(LayerName=name, Content={"ZipFile": package(files)})
    return made["LayerVersionArn"]
"""


def test_a_layer_brings_modules_and_data() -> None:
    program = f"""{LAYERS}
a = layer("a", {{"python/shared.py": "NAME = 'shared'", "data.txt": "in opt"}})
b = layer("b", {{"python/lib/python3.13/site-packages/deep.py": "NAME = 'deep'"}})
create("import shared, deep\\ndef handler(event, context):\\n"
       "    return [shared.NAME, deep.NAME, open('/opt/data.txt').read()]", Layers=[a, b])
show(invoke())
"""
    assert shown(program) == ["shared", "deep", "in opt"]


def test_a_function_comes_before_its_layers_and_they_before_the_runtime() -> None:
    program = f"""{LAYERS}
a = layer("a", {{"python/one.py": "NAME = 'layer a'", "python/two.py": "NAME = 'layer a'",
                "python/three.py": "NAME = 'layer a'", "python/six.py": "NAME = 'layer a'"}})
b = layer("b", {{"python/two.py": "NAME = 'layer b'"}})
create({{"app.py": "import one, two, three, six\\ndef handler(event, context):\\n"
                  "    return [one.NAME, two.NAME, three.NAME, six.NAME]",
        "one.py": "NAME = 'function'"}}, Layers=[a, b])
show(invoke())
"""
    assert shown(program) == ["function", "layer b", "layer a", "layer a"]


def test_boto3_works_beside_layers() -> None:
    program = f"""{LAYERS}
a = layer("a", {{"python/six.py": "raise ImportError", "python/urllib3/__init__.py": "x = 1"}})
create("import boto3\\ndef handler(event, context):\\n"
       "    return boto3.client('sqs').list_queues().get('QueueUrls')", Layers=[a])
show(invoke())
"""
    assert shown(program) is None


def test_a_function_keeps_a_layer_that_was_deleted() -> None:
    program = f"""{LAYERS}
a = layer("a", {{"python/shared.py": "NAME = 'shared'"}})
create("import shared\\ndef handler(event, context): return shared.NAME", Layers=[a])
client.delete_layer_version(LayerName="a", VersionNumber=1)
client.update_function_configuration(FunctionName="f", Timeout=4)
show(invoke())
"""
    assert shown(program) == "shared"


def test_without_a_layer_its_modules_are_missing() -> None:
    program = f"""{LAYERS}
a = layer("a", {{"python/shared.py": "NAME = 'shared'"}})
create("import shared\\ndef handler(event, context): return shared.NAME", Layers=[a])
first = invoke()
client.update_function_configuration(FunctionName="f", Layers=[])
show([first, invoke()["errorType"]])
"""
    assert shown(program) == ["shared", "Runtime.ImportModuleError"]


def test_code_and_layers_have_a_size_limit_together() -> None:
    program = f"""{LAYERS}
large = {{"python/data.txt": "x" * 20_000_000}}
arns = [layer("a", large), layer("b", large)]
create("def handler(event, context): return 1", Layers=arns)
show(invoke())
"""
    error = shown(program)

    assert error["errorType"] == "Runtime.InvalidZip"
    assert error["errorMessage"] == (
        "Function code combined with layers exceeds the maximum allowed size of 33554432 bytes. "
        "The actual size is 40000037 bytes."
    )
