"""What holds for every file of `static/` and `templates/`, also those that nobody has written yet."""

import hashlib
import json
import re

import pytest

from turns_web.config import CHECKOUT
from turns_web.web import icons
from turns_web.web.scripts import Module
from turns_web.web.static_files import WORKERS, Assets, stylesheet

STATIC = CHECKOUT / "static"
TEMPLATES = sorted((CHECKOUT / "templates").rglob("*.html"))
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
SHEETS = sorted((STATIC / "css").rglob("*.css"))
FONTS = CHECKOUT / "turns_web" / "exports" / "paper" / "fonts"
VENDORED = [STATIC / "vendor", CHECKOUT / "tests" / "vendor", FONTS]
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Mail is read where no style sheet of ours is.
PAGES = [path for path in TEMPLATES if "mail" not in path.parts]


def name(path):
    return path.relative_to(CHECKOUT).as_posix()


def text_of(template):
    return COMMENT.sub("", template.read_text())


@pytest.mark.parametrize("template", PAGES, ids=name)
def test_templates_hold_no_inline_script_or_style(template):
    text = text_of(template)
    scripts = re.findall(r"<script\b([^>]*)>", text)
    assert all("src=" in attributes for attributes in scripts)
    assert not re.search(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=|\shx-on|javascript:", text, re.IGNORECASE)


@pytest.mark.parametrize("template", PAGES, ids=name)
def test_templates_name_only_icons_that_there_are(template):
    known = icons.names((STATIC / "img" / "icons.svg").read_text())
    named = set(re.findall(r'data-icon(?:-after)?="([a-z][a-z0-9-]*)"', text_of(template)))
    assert named <= known


@pytest.mark.parametrize("template", PAGES, ids=name)
def test_templates_name_only_behaviours_that_there_are(template):
    known = {path.stem for path in (STATIC / "js" / "behaviours").glob("*.js")}
    named = {word for words in re.findall(r'data-behaviour="([a-z -]+)"', text_of(template)) for word in words.split()}
    assert named <= known


@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_scripts_need_no_eval_and_ask_by_no_native_dialog(script):
    text = script.read_text()
    assert text.startswith("// @ts-check")
    assert not re.search(r"\beval\(|new Function|(?<!\.)\b(alert|confirm|prompt)\(|beforeunload|\.innerHTML\b", text)


@pytest.mark.parametrize("worker", WORKERS)
def test_workers_import_nothing(worker):
    module = Module(worker, (STATIC / worker).read_text())
    assert not module.imports and not module.later


@pytest.mark.parametrize("folder", VENDORED, ids=name)
def test_vendored_files_are_those_that_their_manifest_names(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest:
        assert {"file", "package", "version", "licence", "path", "sha256"} <= set(entry)
        assert hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"], entry["file"]
    there = {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert there == {entry["file"] for entry in manifest}


@pytest.mark.parametrize("sheet", [path for path in SHEETS if path.name != "tokens.css"], ids=name)
def test_raw_colours_stand_among_the_tokens_only(sheet):
    text = CSS_COMMENT.sub("", sheet.read_text())
    assert not re.search(r"#[0-9a-f]{3,8}\b|\b(rgba?|hsla?|oklch|oklab|lab|lch|light-dark)\(", text, re.IGNORECASE)


@pytest.mark.parametrize("sheet", [path for path in SHEETS if path.name != "tokens.css"], ids=name)
def test_style_sheets_use_only_tokens_that_there_are(sheet):
    everything = stylesheet(STATIC).decode()
    known = set(re.findall(r"(--[a-z0-9-]+)\s*:", everything)) | {"--stage-h", "--stage-c", "--icon-stage"}
    assert set(re.findall(r"var\((--[a-z0-9-]+)", sheet.read_text())) <= known


def test_scripts_together_are_light():
    assets = Assets(STATIC)
    scripts = [url.removeprefix("/assets/") for source, url in assets._urls.items() if source.endswith(".js")]
    assert sum(len(assets.find(script).encoded({"gzip"})[0]) for script in scripts) <= 60_000
