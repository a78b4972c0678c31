"""What rejections usually say. One's own words may stand beside them, or instead."""

REASONS = (
    "Too dear: get another price",
    "More than this home needs",
    "Photos or measures are missing",
    "The resident pays for this: take it out",
    "Insurance or a warranty pays for this",
)


def joined(said: list[str]) -> str:
    """A reason that was chosen and the words beside it, as one."""
    return "\n".join(one.strip() for one in said if one.strip())
