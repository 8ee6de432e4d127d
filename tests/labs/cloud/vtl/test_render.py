from typing import Any

import pytest

from labs.cloud.vtl import Returned, TemplateError, Tool, from_json, render
from labs.cloud.vtl.values import API_GATEWAY

NAMES: dict[str, Any] = {
    "name": "Ada",
    "n": 7,
    "list": [1, 2, 3],
    "map": {"a": {"b": "deep"}, "key": "a"},
    "none": None,
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hi $name, ${name}! $!missing $missing.x", "Hi Ada, Ada!  $missing.x"),
        ("$map.a.b $map['a'].b ${map.get('a').b}x", "deep deep deepx"),
        ("$list[1] $list.size() $list $map", "2 3 [1, 2, 3] {a={b=deep}, key=a}"),
        ("${missing|'other'}", "other"),
        ("cost: $5, #1 and \\$name", "cost: $5, #1 and $name"),
        ("a ## not this\nb #* nor\nthis *#c", "a b c"),
        ("#[[$name #if]]#", "$name #if"),
        ("#set($x = $n * 2 + 1)$x", "15"),
        ("#set($x = 'it''s')$x #set($y = \"n=$n\")$y", "it's n=7"),
        ("#set($m = {})#set($m.a = {'b': 1})#set($m['c'] = [1..3])$m", "{a={b=1}, c=[1, 2, 3]}"),
        ("#if($n > 5 && !$none)big#elseif($n)small#else none#end", "big"),
        ("#if($none)a#elseif($n == '7')b#end", "b"),
        ("#foreach($i in $list)$foreach.count:$i#if($foreach.hasNext),#end#end", "1:1,2:2,3:3"),
        ("#foreach($i in $list)#if($i == 2)#break#end$i#end", "1"),
        ("#foreach($e in $map.entrySet())$e.key;#end", "a;key;"),
        ("#macro(bold $t)<b>$t</b>#end#bold($name)", "<b>Ada</b>"),
        ("#define($block)[$name]#end$block", "[Ada]"),
        ("a#stop b", "a"),
        ("$name.replaceAll('(A)', '$1$1').toUpperCase()", "AADA"),
        ("#set($Integer = 0)#set($x = $Integer.parseInt('42') + 1)$x", "43"),
        ("#set($x = 7 / 2)$x #set($x = 7.0 / 2)$x", "3 3.5"),
        ("#if($name)\nyes\n#end\nend", "yes\nend"),
    ],
)
def test_it_renders(template: str, text: str) -> None:
    assert render(template, dict(NAMES)) == text


def test_it_prints_lists_of_a_document_as_json() -> None:
    document = from_json({"a": [{"b": 1}], "c": "d"})

    assert render("$x $x.a", {"x": document}) == '{a=[{"b":1}], c=d} [{"b":1}]'


def test_it_prints_nothing_for_what_is_missing_in_api_gateway() -> None:
    template = "[$missing.x]#if($missing == '')blank#end"

    assert render(template, {}, API_GATEWAY) == "[]blank"


def test_it_calls_tools() -> None:
    util = Tool({"twice": lambda text: text * 2}, {"time": Tool({"now": lambda: "12:00"})})

    assert render('$util.twice("ab") $util.time.now()', {"util": util}) == "abab 12:00"


def test_it_ends_by_return() -> None:
    with pytest.raises(Returned) as returned:
        render("a#return({'x': 1})b", {})

    assert returned.value.value == {"x": 1}


@pytest.mark.parametrize(
    "template",
    ["#if($a", "#foreach($x in [1])", "#set($x 1)", "#end", "$list.get(9)", "#parse('x')"],
)
def test_it_refuses_what_is_no_template(template: str) -> None:
    with pytest.raises(TemplateError):
        render(template, dict(NAMES))


@pytest.mark.parametrize(
    "template",
    [
        "$name.__class__",
        "$name.__class__.__mro__",
        "$util.methods",
        "$util.__init__.__globals__",
        "$list.append",
        "$name.format('{0.__class__}')",
    ],
)
def test_it_reaches_nothing_of_python(template: str) -> None:
    assert render("$!{" + template[1:] + "}", {**NAMES, "util": Tool()}) == ""


def test_a_tool_prints_nothing_of_python() -> None:
    with pytest.raises(Returned) as returned:
        render("#return($util)", {"util": Tool({"f": lambda: ""})})

    assert str(returned.value.value) == "Tool"


def test_it_gives_up_on_a_template_without_end() -> None:
    nested = "#foreach($a in [1..1000])#foreach($b in [1..1000])x#end#end"

    with pytest.raises(TemplateError, match="too many steps"):
        render(nested, {})


@pytest.mark.parametrize(
    "template",
    [
        "$list.add($list)$list",
        "$map.put('self', $map)$map",
        "#set($n = 7)#foreach($i in [1..400])#set($n = $n * 10)#end#set($y = $n * 1.5)",
        "$name.substring('a')",
        "$name.replaceAll('(', 'x')",
        "$json.add($json)$json",
    ],
)
def test_it_fails_as_a_template_does(template: str) -> None:
    with pytest.raises(TemplateError):
        render(template, {**NAMES, "list": [], "map": {}, "json": from_json([])})
