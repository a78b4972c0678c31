"""What people are told, in which words, and the mail that is still being gathered of one act's many rows."""

from alembic import op

revision = "0017"
down_revision = "0016"

NOTIFICATIONS = """
CREATE TABLE notifications (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL CONSTRAINT notifications_user_id_fkey REFERENCES users ON DELETE CASCADE,
    kind varchar(50) NOT NULL,
    turn_id uuid CONSTRAINT notifications_turn_id_fkey REFERENCES turns ON DELETE CASCADE,
    title varchar(500) NOT NULL,
    body varchar(2000) NOT NULL DEFAULT '',
    link varchar(500) NOT NULL,
    key varchar(200) NOT NULL,
    count integer NOT NULL DEFAULT 1,
    is_shown boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    read_at timestamptz,
    CONSTRAINT notifications_user_id_key_key UNIQUE (user_id, key)
);
COMMENT ON COLUMN notifications.key IS 'what it is about: nobody is told twice of the same';
COMMENT ON COLUMN notifications.count IS 'how many rows of one act it tells of';
COMMENT ON COLUMN notifications.is_shown IS 'false where the person wants this kind by mail alone';
CREATE INDEX idx_notifications_unread ON notifications (user_id) WHERE read_at IS NULL AND is_shown;
CREATE INDEX idx_notifications_list ON notifications (user_id, (read_at IS NOT NULL), created_at DESC, id DESC)
    WHERE is_shown;
CREATE INDEX idx_notifications_turn ON notifications (turn_id) WHERE turn_id IS NOT NULL AND read_at IS NULL;
CREATE INDEX idx_notifications_created_at ON notifications (created_at);
"""

TEXTS = """
CREATE TABLE notification_texts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind varchar(50) NOT NULL CONSTRAINT notification_texts_kind_key UNIQUE,
    subject varchar(200) NOT NULL,
    body varchar(1000) NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid DEFAULT app_actor() REFERENCES users,
    updated_by uuid DEFAULT app_actor() REFERENCES users
);
"""


def upgrade() -> None:
    op.execute(NOTIFICATIONS)
    op.execute(TEXTS)
    op.execute(
        "CREATE INDEX idx_outbox_mail_gathering ON outbox (available_at)"
        " WHERE kind = 'mail' AND done_at IS NULL AND payload ? 'items'"
    )
