"""Which column of the file goes where: guessed from the names, or as told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from turns_web.core.fields import Ref
from turns_web.imports.targets import Target
from turns_web.imports.unreadable import Unreadable


@dataclass(frozen=True)
class Options:
    """What a person asked for. mapping: {column: names of the file's columns, joined by a blank}; the rest is guessed,
    unless it is the whole. constants: what empty and unmapped columns hold in every row."""

    mapping: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_whole: bool = False
    constants: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] | None = None
    title_case: bool = False


@dataclass(frozen=True)
class Plan:
    """mapping: {column: places of the file's columns}. key: the columns that tell rows apart."""

    mapping: Mapping[str, tuple[int, ...]]
    constants: Mapping[str, str]
    key: tuple[str, ...]
    unmapped: list[str]
    title_case: bool = False

    @property
    def columns(self) -> list[str]:
        return [*self.mapping, *(name for name in self.constants if name not in self.mapping)]


def plan(target: Target, header: Sequence[str], options: Options) -> Plan:
    """Raises Unreadable for a column that there is not, and where what makes a row is missing."""
    told = _told(target, header, options.mapping)
    used = {place for places in told.values() for place in places}
    guessed = {} if options.is_whole else guess(target, header)
    mapping = {name: places for name, places in guessed.items() if name not in told and not used.intersection(places)}
    mapping.update({name: places for name, places in told.items() if places})
    for name in options.constants:
        _known(target, name)
    known = {**mapping, **dict.fromkeys(options.constants, ())}
    missing = [name for name in target.must if name not in known]
    if missing:
        asked = ", ".join(missing)
        raise Unreadable(f"No column of the file was found for {asked}. Say which one it is (--map {missing[0]}=…).")
    used = {place for places in mapping.values() for place in places}
    unmapped = [name for place, name in enumerate(header) if place not in used]
    return Plan(mapping, options.constants, _key(target, known, options.key), unmapped, options.title_case)


def guess(target: Target, header: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """The first column of the file whose name is that of a column, its label, or what files call it."""
    names = {
        # "Type" or "Manager" alone may be anybody's: what points to another row is known by more than its label.
        **{_bare(kind.label): name for name, kind in target.fields.items() if not isinstance(kind, Ref)},
        **target.called,
        **{_bare(name): name for name in target.fields},
        **{_bare(name.removesuffix("_id")): name for name in target.fields if name.endswith("_manager_id")},
    }
    mapping: dict[str, tuple[int, ...]] = {}
    for place, title in enumerate(header):
        name = names.get(_bare(title))
        if name is not None:
            mapping.setdefault(name, (place,))
    return mapping


def divided(source: str, header: Sequence[str]) -> list[str]:
    """The columns that `Number+Street` joins; a column may have a plus in its own name."""
    if source.strip().lower() in (title.lower() for title in header):
        return [source]
    return [part for part in source.split("+") if part.strip()]


def _told(target: Target, header: Sequence[str], mapping: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, ...]]:
    places = {title.lower(): place for place, title in reversed(list(enumerate(header)))}
    told = {}
    for name, sources in mapping.items():
        _known(target, name)
        unknown = [source for source in sources if source.strip().lower() not in places]
        if unknown:
            raise Unreadable(f"The file has no column {unknown[0]}. It has: {', '.join(header)}.")
        told[name] = tuple(places[source.strip().lower()] for source in sources)
    return told


def _known(target: Target, name: str) -> None:
    if name not in target.fields:
        raise Unreadable(f"{target.table.name} has no column {name} to take in. It has: {', '.join(target.fields)}.")


def _key(target: Target, mapped: Mapping[str, object], asked: tuple[str, ...] | None) -> tuple[str, ...]:
    if asked is None:
        whole = (key for key in target.keys if all(name in mapped for name in key))
        return next(whole, tuple(name for name in target.keys[-1] if name in mapped))
    for name in asked:
        _known(target, name)
        if name not in mapped:
            raise Unreadable(f"The key needs {name}, which no column of the file is mapped to.")
        if name in target.once - {"turn_id"}:
            raise Unreadable(f"{name} is a secret and cannot tell rows apart.")
    return asked


def _bare(title: str) -> str:
    return re.sub(r"[^a-z0-9]", "", title.lower())
