"""Stages, turns, and what hangs on a turn."""

from alembic import op

revision = "0003"
down_revision = "0002"

BASE = """
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid DEFAULT app_actor() REFERENCES users,
    updated_by uuid DEFAULT app_actor() REFERENCES users"""

STAGES = f"""
CREATE TABLE turn_stages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name varchar(100) NOT NULL,
    -- Checked at the end of the statement, so that one UPDATE can reorder them all.
    display_order integer NOT NULL CONSTRAINT turn_stages_display_order_key UNIQUE DEFERRABLE INITIALLY IMMEDIATE,
    color varchar(7) DEFAULT '#000000' CONSTRAINT turn_stages_color_form CHECK (color ~ '^#[0-9A-Fa-f]{{6}}$'),
    target_days integer CONSTRAINT turn_stages_target_not_negative CHECK (target_days >= 0),
    send_email_to_users boolean NOT NULL DEFAULT false,
    send_email_to_vendor boolean NOT NULL DEFAULT false,
    is_amount_required boolean NOT NULL DEFAULT false,
    is_vendor_required boolean NOT NULL DEFAULT false,
    requires_approval boolean NOT NULL DEFAULT false,
    is_complete_stage boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    {BASE}
);
CREATE INDEX idx_turn_stages_order ON turn_stages (display_order);
CREATE INDEX idx_turn_stages_active ON turn_stages (is_active);
"""

TURNS = f"""
CREATE SEQUENCE turn_numbers;

-- At least six digits; more once they are used up.
CREATE FUNCTION next_turn_id() RETURNS varchar LANGUAGE sql VOLATILE
RETURN 'T-' || to_char(now(), 'YYYY') || '-' || (SELECT lpad(n::text, greatest(6, length(n::text)), '0')
    FROM (SELECT nextval('turn_numbers') AS n) AS number);
GRANT USAGE ON SEQUENCE turn_numbers TO turns_app, turns_reader;
GRANT EXECUTE ON FUNCTION next_turn_id() TO turns_app, turns_reader;

CREATE TABLE turns (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    turn_id varchar(50) NOT NULL DEFAULT next_turn_id() CONSTRAINT turns_turn_id_key UNIQUE,
    property_id uuid NOT NULL CONSTRAINT turns_property_id_fkey REFERENCES properties,
    stage_id uuid NOT NULL CONSTRAINT turns_stage_id_fkey REFERENCES turn_stages,
    wo_number varchar(50),
    notice_date date,
    move_out_date date,
    grade turn_grade,
    priority integer,
    trash_out_needed boolean NOT NULL DEFAULT false,
    turn_amount numeric(10,2) CONSTRAINT turns_amount_not_negative CHECK (turn_amount >= 0),
    amount_set_by uuid CONSTRAINT turns_amount_set_by_fkey REFERENCES users,
    approved_turn_amount numeric(10,2) CONSTRAINT turns_approved_not_negative CHECK (approved_turn_amount >= 0),
    change_order_amount numeric(10,2),
    vendor_id uuid CONSTRAINT turns_vendor_id_fkey REFERENCES vendors,
    turns_superintendent_id uuid CONSTRAINT turns_turns_superintendent_id_fkey REFERENCES users,
    flooring_vendor_id uuid CONSTRAINT turns_flooring_vendor_id_fkey REFERENCES vendors,
    expected_completion_date date,
    expected_completion_is_computed boolean NOT NULL DEFAULT true,
    first_expected_completion_date date,
    occupancy_check_date date,
    scope_approved_date date,
    turn_assignment_date date,
    final_walk_date date,
    sent_to_leasing_date date,
    scan_360_date date,
    turn_completion_date date,
    hold_reason varchar(500),
    hold_until date,
    power_status utility_status DEFAULT 'PENDING',
    water_status utility_status DEFAULT 'PENDING',
    gas_status utility_status DEFAULT 'PENDING',
    scope_approval_status approval_status NOT NULL DEFAULT 'PENDING',
    submitted_by uuid CONSTRAINT turns_submitted_by_fkey REFERENCES users,
    submitted_at timestamptz,
    dfo_approval_user_id uuid CONSTRAINT turns_dfo_approval_user_id_fkey REFERENCES users,
    dfo_approval_datetime timestamptz,
    ho_approval_user_id uuid CONSTRAINT turns_ho_approval_user_id_fkey REFERENCES users,
    ho_approval_datetime timestamptz,
    reject_user_id uuid CONSTRAINT turns_reject_user_id_fkey REFERENCES users,
    reject_datetime timestamptz,
    reject_reason varchar(500),
    order_inside_maps boolean NOT NULL DEFAULT false,
    generate_wo_email boolean NOT NULL DEFAULT false,
    appliances_needed boolean NOT NULL DEFAULT false,
    appliances_ordered boolean NOT NULL DEFAULT false,
    scope_photos_link varchar(500),
    status varchar(100),
    sub_status varchar(100),
    is_active boolean NOT NULL DEFAULT true,
    is_archived boolean NOT NULL DEFAULT false,
    archived_at timestamptz,
    archived_by uuid CONSTRAINT turns_archived_by_fkey REFERENCES users,
    is_open boolean NOT NULL DEFAULT true,
    lock_box_install_date date,
    lock_box_location varchar(255),
    primary_lock_box_code varchar(50),
    has_lock_box_code boolean GENERATED ALWAYS AS (primary_lock_box_code IS NOT NULL) STORED,
    property_manager_id uuid,
    sr_property_manager_id uuid,
    market varchar(100),
    {BASE},
    search_text text GENERATED ALWAYS AS (search_fold(turn_id || E'\\n' || coalesce(wo_number, ''))) STORED,
    CONSTRAINT turns_hold_until_needs_reason CHECK (hold_until IS NULL OR hold_reason IS NOT NULL),
    CONSTRAINT turns_completed_after_move_out CHECK (turn_completion_date >= move_out_date)
);
COMMENT ON COLUMN turns.is_open IS 'kept by trigger: active, not archived, stage not complete';
COMMENT ON COLUMN turns.property_manager_id IS 'kept by trigger, as sr_property_manager_id and market: the property''s';
CREATE INDEX idx_turns_turn_id ON turns (turn_id);
CREATE INDEX idx_turns_property_id ON turns (property_id);
CREATE INDEX idx_turns_stage_id ON turns (stage_id);
CREATE INDEX idx_turns_vendor_id ON turns (vendor_id);
CREATE INDEX idx_turns_flooring_vendor_id ON turns (flooring_vendor_id) WHERE flooring_vendor_id IS NOT NULL;
CREATE INDEX idx_turns_superintendent ON turns (turns_superintendent_id) WHERE turns_superintendent_id IS NOT NULL;
CREATE INDEX idx_turns_is_active ON turns (is_active);
CREATE INDEX idx_turns_approval_status ON turns (scope_approval_status);
CREATE INDEX idx_turns_active_shape ON turns (is_active, stage_id) WHERE is_active;
CREATE INDEX idx_turns_pending_approval ON turns (scope_approval_status, stage_id)
    WHERE is_active AND scope_approval_status IN ('DFO_APPROVAL_NEEDED', 'HO_APPROVAL_NEEDED');
CREATE INDEX idx_shape_turns ON turns (is_active, stage_id, created_at DESC);
CREATE INDEX idx_turns_manager ON turns (property_manager_id, is_active);
CREATE INDEX idx_turns_sr_manager ON turns (sr_property_manager_id, is_active);
CREATE INDEX idx_turns_market ON turns (market, is_active);
CREATE UNIQUE INDEX turns_one_open_a_property ON turns (property_id) WHERE is_open;
CREATE INDEX idx_turns_search ON turns USING gin (search_text gin_trgm_ops);
"""

HANGING = f"""
CREATE TABLE turn_stage_log (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    turn_id uuid NOT NULL CONSTRAINT turn_stage_log_turn_id_fkey REFERENCES turns ON DELETE CASCADE,
    from_stage_id uuid CONSTRAINT turn_stage_log_from_stage_id_fkey REFERENCES turn_stages,
    stage_id uuid NOT NULL CONSTRAINT turn_stage_log_stage_id_fkey REFERENCES turn_stages,
    entered_at timestamptz NOT NULL DEFAULT now(),
    left_at timestamptz,
    kind stage_change NOT NULL,
    note varchar(5000),
    user_id uuid NOT NULL DEFAULT app_actor() CONSTRAINT turn_stage_log_user_id_fkey REFERENCES users,
    CONSTRAINT turn_stage_log_in_order CHECK (left_at >= entered_at)
);
CREATE UNIQUE INDEX turn_stage_log_one_open_a_turn ON turn_stage_log (turn_id) WHERE left_at IS NULL;
CREATE INDEX idx_turn_stage_log_turn ON turn_stage_log (turn_id, entered_at);

CREATE TABLE approval_decisions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    turn_id uuid NOT NULL CONSTRAINT approval_decisions_turn_id_fkey REFERENCES turns ON DELETE CASCADE,
    turn_version integer NOT NULL,
    level approval_level,
    decision approval_act NOT NULL,
    amount numeric(10,2),
    approver_id uuid CONSTRAINT approval_decisions_approver_id_fkey REFERENCES users,
    decided_for_id uuid CONSTRAINT approval_decisions_decided_for_id_fkey REFERENCES users,
    reason varchar(5000),
    decided_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN approval_decisions.turn_version IS 'the version that was decided on; the act made the next one';
COMMENT ON COLUMN approval_decisions.approver_id IS 'who sent, decided or withdrew it; none for the rule';
CREATE INDEX idx_approval_decisions_turn ON approval_decisions (turn_id, decided_at);
CREATE INDEX idx_approval_decisions_approver ON approval_decisions (approver_id, decided_at DESC);

CREATE TABLE comments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    turn_id uuid NOT NULL CONSTRAINT comments_turn_id_fkey REFERENCES turns ON DELETE CASCADE,
    body varchar(5000) NOT NULL CONSTRAINT comments_body_not_blank CHECK (body <> ''),
    {BASE}
);
CREATE INDEX idx_comments_turn ON comments (turn_id, created_at);
"""


def upgrade() -> None:
    op.execute(STAGES)
    op.execute(TURNS)
    op.execute(HANGING)
