"""One script of all modules of `static/js`: a page waits for one request instead of thirty.

The files stay small ES modules. Here each becomes a function that runs when it is first imported, and only once, so
that they do together what they would do as modules. Of the language they use as much as the patterns below read; what
else begins with `import` or `export` is refused at the start, and so are names that are not there and cycles, in which
a module would meet another that has not run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from posixpath import dirname, normpath

# import "./x.js"; and import { a, b as c } from "./x.js";
IMPORT = re.compile(r'^import (?:\{([^{}]*)\} from )?"(\.{1,2}/[^"]+)";', re.MULTILINE)
ALIAS = re.compile(r"\s+as\s+")
# import("./x.js") and import(`./folder/${name}.js`); a comment's type goes on with a capital: import("./x.js").Type.
LATER = re.compile(r"""\bimport\((["`])(\.{1,2}/[^"`]+)\1\)(?!\.[A-Z])""")
EXPORT = re.compile(r"^export (?=(?:(?:async )?function|class) ([\w$]+))", re.MULTILINE)
UNREAD = re.compile(r"""^(?:import|export)\b.*|\bimport\.meta\b|\bimport\((?!"[^"]+"\)\.[A-Z]).*""", re.MULTILINE)

RUNTIME = """\
const $made = {};
const $module = (name) => ($made[name] ??= $modules[name]());
const $later = (name) => Promise.resolve(name).then($module);
const $modules = {"""


class CannotJoin(ValueError):
    """Says of which module what stands in the way."""


@dataclass(frozen=True)
class Module:
    """One file: `name` is its path below the folder of scripts."""

    name: str
    text: str

    @cached_property
    def imports(self) -> list[tuple[str, list[str]]]:
        """The modules that run before this one, and what it takes of each."""
        return [(self._path(other), _names(names)) for names, other in IMPORT.findall(self.text)]

    @cached_property
    def later(self) -> list[str]:
        """The modules that it asks for while it runs, but those whose names it makes up then."""
        return [self._path(other) for _, other in LATER.findall(self.text) if "${" not in other]

    @cached_property
    def exports(self) -> list[str]:
        return EXPORT.findall(self.text)

    def as_function(self) -> str:
        """An entry of `$modules`: runs what is imported, wherever that stands, and then the module."""
        taking = [self._taking(names, other) for names, other in IMPORT.findall(self.text)]
        text = LATER.sub(lambda found: f"$later({found[1]}{self._path(found[2])}{found[1]})", IMPORT.sub("", self.text))
        text = EXPORT.sub("", text)
        if unread := UNREAD.search(text):
            raise CannotJoin(f"{self.name}: {unread[0]!r} cannot be joined")
        giving = f"return {{{', '.join(self.exports)}}};"
        return "\n".join([f'"{self.name}": () => {{', *taking, text.strip(), giving, "},"])

    def _taking(self, names: str, other: str) -> str:
        run = f'$module("{self._path(other)}");'
        return f"const {{{ALIAS.sub(': ', names)}}} = {run}" if names else run

    def _path(self, other: str) -> str:
        return normpath(f"{dirname(self.name) or '.'}/{other}")


def script(folder: Path) -> str:
    """All modules of a folder in one script, which runs its app.js."""
    return join({path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.js")}, "app.js")


def join(sources: dict[str, str], entry: str) -> str:
    """One script of the modules by their names, in the order of their imports; it runs `entry`."""
    modules = {name: Module(name, sources[name]) for name in sorted(sources)}
    for module in modules.values():
        _look_up(module, modules)
    functions = [modules[name].as_function() for name in _in_order(modules)]
    return "\n".join([RUNTIME, *functions, "};", f'$module("{entry}");', ""])


def _look_up(module: Module, modules: dict[str, Module]) -> None:
    """Refuse what would be undefined in the browser."""
    for name in [*(other for other, _ in module.imports), *module.later]:
        if name not in modules:
            raise CannotJoin(f"{module.name} imports {name}, which there is not")
    for other, names in module.imports:
        if missing := sorted(set(names) - set(modules[other].exports)):
            raise CannotJoin(f"{module.name} imports {', '.join(missing)} from {other}, which does not export it")


def _in_order(modules: dict[str, Module]) -> list[str]:
    before = {name: [other for other, _ in module.imports] for name, module in modules.items()}
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError as cycle:
        raise CannotJoin(f"modules import each other: {' → '.join(reversed(cycle.args[1]))}") from None


def _names(names: str) -> list[str]:
    """What is taken, by the names that the other module knows: `a, b as c` takes a and b."""
    return [part.split()[0] for part in names.split(",") if part.strip()]
