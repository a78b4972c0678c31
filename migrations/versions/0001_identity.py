"""Who is acting, the kinds of things, and the people."""

from alembic import op

revision = "0001"
down_revision = None

# Functions that columns depend on live here; those that can be replaced at will live in sql/.
FUNCTIONS = """
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- After a local setting ends it reads '', not null.
CREATE FUNCTION app_user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.current_user_id', true), '')::uuid;

-- An act without identity is the system user's.
CREATE FUNCTION app_actor() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(app_user_id(), '00000000-0000-0000-0000-000000000001'::uuid);

-- What is searched for and what is searched in, brought to one form: without case and accents.
CREATE FUNCTION search_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lower(public.unaccent('public.unaccent'::regdictionary, value));

GRANT EXECUTE ON FUNCTION app_user_id(), app_actor(), search_fold(text) TO turns_reader, turns_app;
"""

TYPES = """
CREATE TYPE user_role AS ENUM ('SUPER_ADMIN', 'ADMIN', 'PROPERTY_MANAGER', 'SR_PROPERTY_MANAGER', 'VENDOR', 'INSPECTOR',
    'DFO_APPROVER', 'HO_APPROVER', 'USER');
CREATE TYPE approval_status AS ENUM ('PENDING', 'DFO_APPROVAL_NEEDED', 'DFO_APPROVED', 'HO_APPROVAL_NEEDED',
    'HO_APPROVED', 'REJECTED');
CREATE TYPE utility_status AS ENUM ('YES', 'NO', 'PENDING');
CREATE TYPE audit_action AS ENUM ('CREATE', 'UPDATE', 'DELETE', 'VIEW', 'EXPORT');
CREATE TYPE turn_grade AS ENUM ('LIGHT', 'STANDARD', 'HEAVY', 'RENOVATION');
CREATE TYPE utility_kind AS ENUM ('POWER', 'WATER', 'GAS');
CREATE TYPE approval_level AS ENUM ('DFO', 'HO');
CREATE TYPE approval_act AS ENUM ('SUBMIT', 'APPROVE', 'REJECT', 'WITHDRAW', 'RULE', 'OVERRIDE', 'ASK');
CREATE TYPE stage_change AS ENUM ('create', 'move', 'back', 'undo', 'hold', 'release', 'import');
"""

USERS = """
CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email varchar(255) NOT NULL,
    password_hash varchar(255),
    first_name varchar(100),
    last_name varchar(100),
    phone varchar(20),
    role user_role NOT NULL DEFAULT 'USER',
    is_active boolean NOT NULL DEFAULT true,
    email_verified boolean NOT NULL DEFAULT false,
    last_login timestamptz,
    markets text[] NOT NULL DEFAULT '{}',
    vendor_id uuid,
    timezone varchar(64),
    preferences jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid DEFAULT app_actor() CONSTRAINT users_created_by_fkey REFERENCES users,
    updated_by uuid DEFAULT app_actor() CONSTRAINT users_updated_by_fkey REFERENCES users,
    CONSTRAINT valid_email CHECK (email ~* '^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Z|a-z]{2,}$'),
    CONSTRAINT users_preferences_object CHECK (jsonb_typeof(preferences) = 'object')
);
-- E-mail addresses are compared without case, so this is the unique one.
CREATE UNIQUE INDEX idx_users_email ON users (lower(email));
CREATE INDEX idx_users_role ON users (role);
CREATE INDEX idx_users_is_active ON users (is_active);
CREATE INDEX idx_users_vendor_id ON users (vendor_id) WHERE vendor_id IS NOT NULL;

CREATE TABLE sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL CONSTRAINT sessions_user_id_fkey REFERENCES users ON DELETE CASCADE,
    token varchar(255) NOT NULL CONSTRAINT sessions_token_key UNIQUE,
    ip_address inet,
    user_agent text,
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1
);
COMMENT ON COLUMN sessions.token IS 'sha256 of the token: who reads this table cannot sign in with it';
CREATE INDEX idx_sessions_user_id ON sessions (user_id);
CREATE INDEX idx_sessions_token ON sessions (token);
CREATE INDEX idx_sessions_expires ON sessions (expires_at);
"""


def upgrade() -> None:
    op.execute(FUNCTIONS)
    op.execute(TYPES)
    op.execute(USERS)
