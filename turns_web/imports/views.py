"""/admin/import: choose a file, say what its columns are, see what would happen, take it in, take it back."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, g, request

from turns_web.core import db
from turns_web.core.errors import Invalid, NotFound
from turns_web.core.pools import LARGE_ACT_S
from turns_web.imports import desk, matching
from turns_web.imports.matching import Options
from turns_web.imports.sheet import Sheet
from turns_web.imports.targets import TARGETS
from turns_web.imports.undo import undo_import
from turns_web.web import files
from turns_web.web.auth import allow
from turns_web.web.forms import Form, once, refused_to
from turns_web.web.render import done, respond

bp = Blueprint("imports", __name__)

TABLES = {"properties": "Properties", "vendors": "Vendors", "turns": "Turns"}
# So many of each are listed; the rest is in the file of refused rows.
SHOWN = 50


@bp.get("/admin/import")
@allow("imports.run")
def index(form: Form | None = None) -> Response:
    with db.read(g.identity) as session:
        rows = desk.recent(session)
    return respond("imports/list.html", form=form or Form({"table": "properties"}), tables=TABLES, rows=rows)


@bp.post("/admin/import")
@allow("imports.run")
@refused_to(index)
def upload() -> Response:
    table, file = request.form.get("table", ""), request.files.get("file")
    if table not in TABLES:
        raise Invalid({"table": f"Choose one of: {', '.join(TABLES.values())}."})
    if file is None or not file.filename:
        raise Invalid({"file": "Choose a CSV or Excel (.xlsx) file."})
    name = file.filename.replace("\\", "/").rsplit("/", 1)[-1]

    def act() -> dict[str, str]:
        import_id = uuid4()
        desk.keep_file(import_id, file)
        desk.make(session, g.identity, import_id, table, name)
        return {"id": str(import_id)}

    with db.write(g.identity) as session:
        answer = once(session, act)
    return done(f"/admin/import/{answer['id']}")


@bp.get("/admin/import/<uuid:import_id>")
@allow("imports.run")
def show(import_id: UUID, form: Form | None = None) -> Response:
    with db.read(g.identity) as session:
        row = desk.load(session, import_id)
    sheet = None if row["status"] in desk.WORKING else _sheet(import_id)
    report = None if row["status"] in ("draft", *desk.WORKING) else desk.report_of(import_id)
    return respond(
        "imports/show.html",
        "imports/_import.html",
        row=row,
        tables=TABLES,
        fields=TARGETS[row["table_name"]].fields,
        sheet=sheet,
        form=form or (_form(import_id, row["table_name"], sheet) if sheet else Form()),
        report=report,
        kept=_kept(import_id),
        shown=SHOWN,
        is_working=row["status"] in desk.WORKING,
    )


@bp.post("/admin/import/<uuid:import_id>/check")
@allow("imports.run")
@refused_to(show)
def check(import_id: UUID) -> Response:
    options = _told(desk.sheet_of(import_id))

    def act() -> dict[str, str]:
        desk.ask(session, g.identity, import_id, options, "checking")
        return {"id": str(import_id)}

    with db.write(g.identity) as session:
        once(session, act)
    return done(f"/admin/import/{import_id}")


@bp.post("/admin/import/<uuid:import_id>/run")
@allow("imports.run")
@refused_to(show)
def run(import_id: UUID) -> Response:
    def act() -> dict[str, str]:
        desk.ask(session, g.identity, import_id, None, "queued")
        return {"id": str(import_id)}

    with db.write(g.identity) as session:
        once(session, act)
    return done(f"/admin/import/{import_id}")


@bp.post("/admin/import/<uuid:import_id>/undo")
@allow("imports.run")
@refused_to(show)
def undo(import_id: UUID) -> Response:
    def act() -> dict[str, str]:
        undone = undo_import(session, import_id)
        place = desk.folder(import_id)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        (place / "kept.json").write_text(json.dumps(undone.kept))
        flash(f"Import undone: {undone.archived:,} archived, {undone.restored:,} put back.")
        return {"id": str(import_id)}

    with db.write(g.identity, context=f"undo:{import_id}", longest_s=LARGE_ACT_S) as session:
        once(session, act)
    return done(f"/admin/import/{import_id}")


@bp.get("/admin/import/<uuid:import_id>/refused.csv")
@allow("imports.run")
def refused(import_id: UUID) -> Response:
    with db.read(g.identity) as session:
        row = desk.load(session, import_id)
    name = f"refused-{row['file_name'].rsplit('.', 1)[0]}.csv"
    return files.sent(desk.folder(import_id) / "refused.csv", name, "text/csv")


def _sheet(import_id: UUID) -> Sheet | None:
    """None for an import of the command line, or whose file was cleared away."""
    try:
        return desk.sheet_of(import_id)
    except NotFound:
        return None


def _kept(import_id: UUID) -> list[dict[str, str]]:
    try:
        return json.loads((desk.folder(import_id) / "kept.json").read_text())
    except FileNotFoundError:
        return []


def _form(import_id: UUID, table: str, sheet: Sheet) -> Form:
    """The mapping as it was told, else as it is guessed."""
    options = desk.options_of(import_id)
    if options is None:
        guessed = matching.guess(TARGETS[table], sheet.header)
        return Form({f"map-{place}": name for name, places in guessed.items() for place in places})
    values = {
        f"map-{sheet.header.index(source)}": name for name, sources in options.mapping.items() for source in sources
    }
    values["set"] = "\n".join(f"{name}={value}" for name, value in options.constants.items())
    values["key"] = "+".join(options.key or ())
    values["title_case"] = "1" if options.title_case else ""
    return Form(values)


def _told(sheet: Sheet) -> Options:
    """What the form says. Two columns of the file that go to the same one are joined, in the file's order."""
    mapping: dict[str, list[str]] = {}
    for place, title in enumerate(sheet.header):
        name = request.form.get(f"map-{place}", "")
        if name:
            mapping.setdefault(name, []).append(title)
    constants = {}
    for line in request.form.get("set", "").splitlines():
        name, sign, value = line.partition("=")
        if line.strip() and not (sign and name.strip() and value.strip()):
            raise Invalid({"set": f"Write it as column=value, like state=CA, instead of: {line.strip()[:100]}"})
        if line.strip():
            constants[name.strip()] = value.strip()
    key = tuple(part.strip() for part in request.form.get("key", "").split("+") if part.strip())
    return Options(mapping, True, constants, key or None, bool(request.form.get("title_case")))
