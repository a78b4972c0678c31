"""What the form of an export asks."""

from __future__ import annotations

from turns_web.core.fields import Choice, Fields
from turns_web.exports.asked import SEEN
from turns_web.exports.formats import FORMATS
from turns_web.exports.sources import TYPES

_WORDS = {"turns": "Turns", "properties": "Properties", "vendors": "Vendors", "audit": "Audit"}

# The board's rows first: they are asked for most.
WHAT = {type: words for type, words in _WORDS.items() if type in TYPES}
COLUMNS = {"": "All that there are", SEEN: "Those of my table"}
FIELDS: Fields = {
    "type": Choice(label="What", options=WHAT),
    "format": Choice(label="As", options={format.name: format.label for format in FORMATS.values()}),
    "columns": Choice(label="Columns", options=COLUMNS),
}
