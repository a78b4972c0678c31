"""Links that open an account: an invitation, or a new password in place of one that was lost."""

from alembic import op

revision = "0016"
down_revision = "0015"

VERIFICATION_TOKENS = """
CREATE TABLE verification_tokens (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL CONSTRAINT verification_tokens_user_id_fkey REFERENCES users ON DELETE CASCADE,
    purpose varchar(10) NOT NULL CONSTRAINT verification_tokens_purpose_known CHECK (purpose IN ('INVITE', 'RESET')),
    token varchar(64) NOT NULL CONSTRAINT verification_tokens_token_key UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid NOT NULL DEFAULT app_actor() CONSTRAINT verification_tokens_created_by_fkey REFERENCES users,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    ended_at timestamptz
);
COMMENT ON COLUMN verification_tokens.token IS 'sha256 of the token: who reads this table opens no account with it';
COMMENT ON COLUMN verification_tokens.ended_at IS 'withdrawn, or replaced by a later one, before it was used';
CREATE INDEX idx_verification_tokens_user_id ON verification_tokens (user_id, created_at DESC);
"""


def upgrade() -> None:
    op.execute(VERIFICATION_TOKENS)
