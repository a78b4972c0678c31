"""Modules joined into one script do what they would do as modules: run in Chromium, where `say` notes what they say."""

import pytest

from turns_web.web.scripts import CannotJoin, join

RUN = """async script => {
  globalThis.said = [];
  globalThis.say = word => void said.push(word);
  await import(URL.createObjectURL(new Blob([script], {type: "text/javascript"})));
  await new Promise(done => setTimeout(done));
  return said;
}"""


@pytest.fixture
def said(browser):
    """said({"app.js": 'say("here");'}): what the modules say when they are joined and run."""
    page = browser.new_page()
    yield lambda modules: page.evaluate(RUN, join(modules, "app.js"))
    page.close()


def test_modules_run_once_and_in_the_order_of_the_imports(said):
    modules = {
        "app.js": 'import "./z.js";\nsay("app");\nimport "./a.js";',
        "a.js": 'import "./shared.js";\nsay("a");',
        "z.js": 'import "./shared.js";\nsay("z");',
        "shared.js": 'say("shared");',
        "unused.js": 'say("unused");',
    }
    assert said(modules) == ["shared", "z", "a", "app"]


def test_names_are_taken_as_they_are_by_another_name_and_over_several_lines(said):
    modules = {
        "app.js": 'import {\n  one,\n  two as second,\n} from "./deep/x.js";\n'
        "say(one().name);\nsay(new second().value);",
        "deep/x.js": 'import {three} from "../y.js";\nexport function one() { return three; }\n'
        "export class two { value = 2; }\nfunction own() {}",
        "y.js": "export async function three() {}",
    }
    assert said(modules) == ["three", 2]


def test_what_a_module_exports_may_be_used_before_it_is_defined(said):
    modules = {
        "app.js": 'import { late } from "./x.js";\nsay(late());',
        "x.js": 'say(late());\nexport function late() { return "late"; }',
    }
    assert said(modules) == ["late", "late"]


def test_each_module_has_its_own_names_and_is_strict(said):
    modules = {
        "app.js": 'import "./x.js";\nconst name = "app";\nsay(name);\nsay(typeof (function () { return this; })());',
        "x.js": 'const name = "x";\nsay(name); // no line follows',
    }
    assert said(modules) == ["x", "app", "undefined"]


def test_a_dynamic_import_runs_a_module_when_it_is_asked_for_and_not_again(said):
    modules = {
        "app.js": 'import("./deep/b.js").then(({ b }) => say(b()));\nimport("./deep/b.js");\nsay("app");',
        "deep/b.js": 'say("b runs");\nexport function b() { return "b"; }',
    }
    assert said(modules) == ["app", "b runs", "b"]


def test_a_dynamic_import_finds_a_module_by_a_name_made_up_then_or_fails_as_a_promise(said):
    modules = {
        "deep/x.js": "export async function ask(name) { (await import(`../behaviours/${name}.js`)).connect(); }",
        "app.js": 'import { ask } from "./deep/x.js";\nask("menu");\nask("none").catch(() => say("there is none"));',
        "behaviours/menu.js": 'export function connect() { say("menu"); }',
    }
    assert sorted(said(modules)) == ["menu", "there is none"]


def test_a_module_that_is_asked_for_while_its_importer_runs_meets_it_whole(said):
    modules = {
        "app.js": 'import("./b.js");\nsay("app");\nimport "./a.js";',
        "a.js": 'import("./b.js");\nsay("a");\nexport function name() { return "of a"; }',
        "b.js": 'import { name } from "./a.js";\nsay(name());',
    }
    assert said(modules)[-1] == "of a" and said(modules).count("a") == 1


def test_types_in_comments_are_left_alone():
    module = '/** @typedef {import("./elsewhere.js").Answer} Answer */'
    assert module in join({"app.js": module}, "app.js")


def test_one_script_comes_of_the_same_modules_in_whatever_order_they_are_found():
    modules = {"app.js": 'import "./a.js";', "a.js": "", "b.js": 'import "./a.js";'}
    assert join(modules, "app.js") == join(dict(reversed(modules.items())), "app.js")


@pytest.mark.parametrize(
    ("modules", "reason"),
    [
        (
            {"app.js": 'import "./b.js";', "b.js": 'import "./c.js";', "c.js": 'import "./app.js";'},
            r"import each other: .*\b(b\.js → c\.js|c\.js → app\.js)",
        ),
        ({"app.js": 'import "./app.js";'}, r"import each other: app\.js → app\.js$"),
        ({"app.js": 'import "./none.js";'}, r"app\.js imports none\.js, which there is not"),
        ({"app.js": 'const later = () => import("./none.js");'}, r"app\.js imports none\.js, which there is not"),
        (
            {"app.js": 'import { a, b as c } from "./x.js";', "x.js": "export function a() {}\nfunction b() {}"},
            r"app\.js imports b from x\.js, which does not export it",
        ),
        ({"app.js": "export default 3;"}, r"app\.js: 'export default 3;' cannot be joined"),
        ({"app.js": "export const a = 3;"}, r"'export const a = 3;' cannot be joined"),
        ({"app.js": 'import * as x from "./app.js";'}, r"cannot be joined"),
        ({"app.js": 'import x from "elsewhere";'}, r"cannot be joined"),
        ({"app.js": "const x = () => import(name);"}, r"'import\(name\);' cannot be joined"),
        ({"app.js": 'import.meta.resolve("./x.js");'}, r"cannot be joined"),
    ],
)
def test_what_would_not_do_the_same_is_refused(modules, reason):
    with pytest.raises(CannotJoin, match=reason):
        join(modules, "app.js")
