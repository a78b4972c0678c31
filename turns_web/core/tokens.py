"""Random tokens, of which only the sha256 is kept: whoever reads the table signs in with none of them."""

import hashlib


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
