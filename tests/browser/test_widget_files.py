"""What the server makes of the widget's sources, and how it hands them out. No browser is needed here."""

from pathlib import Path

import pytest

from helpdesk.visitor.embed import read_scripts
from helpdesk.visitor.join import join_modules, modules_of
from helpdesk.visitor.shorten import shorten_names
from helpdesk.visitor.squeeze import squeeze_css, squeeze_js
from tests.world import ROOT, World

WIDGET = ROOT / "widget"


@pytest.mark.parametrize(
    ("source", "small"),
    [
        ("const a = 1; // one\n/* two */ const b = a + +a;", "const a=1;const b=a+ +a;"),
        ("say(\"// no comment\"); say('/* nor */');", "say(\"// no comment\");say('/* nor */');"),
        ('const r = /[/"]\\/\\*/g; x = a / b / c;', 'const r=/[/"]\\/\\*/g;x=a/b/c;'),
        (
            "const t = `two  words ${ f(`in  ${ x } it`) } // kept`;",
            "const t=`two  words ${ f(`in  ${ x } it`) } // kept`;",
        ),
        ("if (a) {\n  b();\n}\nc();", "if(a){b();}\nc();"),
        ("return  typeof x === 'y'", "return typeof x==='y'"),
    ],
)
def test_squeezing_changes_no_meaning(source: str, small: str) -> None:
    assert squeeze_js(source) == small


def test_variables_get_short_names_and_properties_keep_theirs() -> None:
    small, names = shorten_names(
        "function greet(person,{greeting}){const words=`${greeting}, ${person.name}!`;return{words,person:person.name};}"
    )
    assert small == "function aa(a,{greeting:b}){const c=`${b}, ${a.name}!`;return{words:c,person:a.name};}"
    assert names["greet"] == "aa"


def test_methods_fields_and_globals_keep_their_names() -> None:
    source = "class Box{size=1;#inner=2;open(){return this.size+this.#inner+innerWidth;}}"
    small, names = shorten_names(source)
    assert small == f"class {names['Box']}{{size=1;#a=2;open(){{return this.size+this.#a+innerWidth;}}}}"


def test_style_keeps_what_matters() -> None:
    sheet = "/* a */ .a { width: calc(100% - 2px); }\n.b :focus { margin: 0 auto }"
    assert squeeze_css(sheet) == ".a{width:calc(100% - 2px)}.b :focus{margin:0 auto}"


def test_two_modules_with_one_name_are_a_fault_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text("export const same = 1;\n")
    (tmp_path / "two.js").write_text(
        'import { same } from "./one.js";\nconst other = same;\nfunction same() {}\n'
    )
    with pytest.raises(ValueError, match=r"widget/two\.js and widget/one\.js both declare same"):
        join_modules(tmp_path, modules_of(tmp_path, "two.js"), exports=[])


def test_the_files_say_nothing_that_a_browser_need_not_know() -> None:
    panel, extras = read_scripts(WIDGET).values()
    assert "@param" not in panel + extras
    assert "innerHTML" not in panel + extras
    assert extras.startswith("import{")


async def test_each_file_is_whole_compressed_and_known_by_its_tag(desk: World) -> None:
    client = desk.browser()
    for path in ("/widget.js", "/widget/frame", "/widget/phrases/ar.json"):
        packed = await client.get(path, headers={"Accept-Encoding": "gzip"})
        plain = await client.get(path, headers={"Accept-Encoding": "identity"})
        assert packed.text == plain.text
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.headers["etag"] != plain.headers["etag"]
        assert packed.headers["vary"].startswith("Accept-Encoding")
        assert packed.headers["x-content-type-options"] == "nosniff"
        assert packed.headers["referrer-policy"] == "no-referrer"
        again = await client.get(
            path, headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
    loader = await client.get("/widget.js")
    assert loader.headers["cache-control"] == "public, max-age=300, stale-while-revalidate=604800"
    assert f'"mail":"{desk.desk.settings.mail_from}"' in loader.text


async def test_the_loader_speaks_the_browsers_language_where_the_desk_cannot(desk: World) -> None:
    client = desk.browser()
    tags = set()
    for asked, words in (
        ("de-AT,de;q=0.9,en;q=0.8", "Noch einmal versuchen"), ("pt-BR, es;q=0.5", "Reintentar"),
        ("ar", "حاول مرة أخرى"), ("fr-FR", ""), ("en-GB,de;q=0.5", ""),
    ):  # fmt: skip
        answer = await client.get("/widget.js", headers={"Accept-Language": asked})
        assert answer.headers["vary"] == "Accept-Encoding, Accept-Language"
        assert words in answer.text
        assert ("words:{}" in answer.text or '"words":{}' in answer.text) == (not words)
        tags.add(answer.headers["etag"])
    assert len(tags) == 4


async def test_the_frame_has_a_policy_that_names_everything(desk: World) -> None:
    policy = (await desk.browser().get("/widget/frame")).headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == f"'self' {desk.url}"
    assert rules["require-trusted-types-for"] == "'script'"
    assert rules["trusted-types"] == "'none'"
    assert "unsafe" not in policy
    assert "*" not in policy
