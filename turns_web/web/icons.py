"""Icons as CSS: each symbol of `static/img/icons.svg` becomes a mask.

`data-icon="late"` on any element then draws that icon in the element's text colour, without a node of its own:
an inline `<svg><use>` costs two nodes for each icon, and a board of 125 cards has 800 icons.
"""

import re
from urllib.parse import quote

SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)" viewBox="0 0 16 16">(.*?)</symbol>')
DRAWN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#000" stroke-width="1.5" '
    'stroke-linecap="round" stroke-linejoin="round">{}</svg>'
)


def stylesheet(svg):
    """Rules for all icons of a sheet of symbols: the pictures as tokens, and a rule for each `data-icon`."""
    symbols = SYMBOL.findall(svg)
    tokens = "\n".join(f'    --icon-{name}: url("{_data_uri(shape)}");' for name, shape in symbols)
    rules = "\n".join(f'  [data-icon="{name}"] {{ --icon: var(--icon-{name}); }}' for name, _ in symbols)
    return f"@layer tokens {{\n  :root {{\n{tokens}\n  }}\n{rules}\n}}\n"


def names(svg):
    """The names that `data-icon` may have."""
    return {name for name, _ in SYMBOL.findall(svg)}


def _data_uri(shape):
    return "data:image/svg+xml," + quote(DRAWN.format(shape), safe=" =:/'(),;.-").replace("%22", "'")
