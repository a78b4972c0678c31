"""What other programs reach Turns by: tokens that people make for them, and addresses that are told of events."""

from alembic import op

revision = "0010"
down_revision = "0009"

API_TOKENS = """
CREATE TABLE api_tokens (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL DEFAULT app_actor() CONSTRAINT api_tokens_user_id_fkey REFERENCES users ON DELETE CASCADE,
    name varchar(100) NOT NULL,
    token varchar(64) NOT NULL CONSTRAINT api_tokens_token_key UNIQUE,
    scope varchar(10) NOT NULL CONSTRAINT api_tokens_scope_known CHECK (scope IN ('read', 'write')),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);
COMMENT ON COLUMN api_tokens.token IS 'sha256 of the token: who reads this table cannot sign in with it';
CREATE INDEX idx_api_tokens_user_id ON api_tokens (user_id, created_at DESC);
"""

WEBHOOKS = """
CREATE TABLE webhooks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    url varchar(2000) NOT NULL,
    secret varchar(100) NOT NULL,
    events text[] NOT NULL CONSTRAINT webhooks_events_some CHECK (cardinality(events) > 0),
    disabled_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid DEFAULT app_actor() REFERENCES users,
    updated_by uuid DEFAULT app_actor() REFERENCES users
);
COMMENT ON COLUMN webhooks.failures IS 'attempts that failed since the last that did not; raises no version';

-- Deliveries are rows of the outbox: what waits for an address, and what was sent there last.
CREATE INDEX idx_outbox_webhook ON outbox ((payload ->> 'webhook_id'), created_at DESC) WHERE kind = 'webhook';
"""


def upgrade() -> None:
    op.execute(API_TOKENS)
    op.execute(WEBHOOKS)
