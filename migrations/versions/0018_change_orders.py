"""What is spent beyond what was approved, who decides for whom for a while, and questions about what waits."""

from alembic import op

revision = "0018"
down_revision = "0017"

BASE = """
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid DEFAULT app_actor() REFERENCES users,
    updated_by uuid DEFAULT app_actor() REFERENCES users"""

CHANGE_ORDERS = f"""
CREATE TYPE change_order_status AS ENUM ('RECORDED', 'NEEDED', 'APPROVED', 'REJECTED');

CREATE TABLE change_orders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    turn_id uuid NOT NULL CONSTRAINT change_orders_turn_id_fkey REFERENCES turns ON DELETE CASCADE,
    number integer NOT NULL,
    amount numeric(10,2) NOT NULL CONSTRAINT change_orders_amount_not_zero CHECK (amount <> 0),
    reason varchar(500) NOT NULL CONSTRAINT change_orders_reason_not_blank CHECK (reason <> ''),
    status change_order_status NOT NULL,
    approval_before jsonb,
    {BASE},
    CONSTRAINT change_orders_turn_id_number_key UNIQUE (turn_id, number)
);
COMMENT ON COLUMN change_orders.number IS 'of the turn''s own, from 1: the order of the acts';
COMMENT ON COLUMN change_orders.approval_before IS
    'the turn''s columns of approval before this waited; what a rejection or withdrawal puts back';
CREATE UNIQUE INDEX change_orders_one_needed_a_turn ON change_orders (turn_id) WHERE status = 'NEEDED';
"""

DELEGATIONS = f"""
CREATE TABLE approval_delegations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    approver_id uuid NOT NULL CONSTRAINT approval_delegations_approver_id_fkey REFERENCES users,
    delegate_id uuid NOT NULL CONSTRAINT approval_delegations_delegate_id_fkey REFERENCES users,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    ended_at timestamptz,
    {BASE},
    CONSTRAINT approval_delegations_to_another CHECK (approver_id <> delegate_id),
    CONSTRAINT approval_delegations_in_order CHECK (ends_on >= starts_on),
    CONSTRAINT approval_delegations_a_year CHECK (ends_on - starts_on < 366)
);
COMMENT ON COLUMN approval_delegations.ended_at IS 'taken back before its last day was over';
CREATE INDEX idx_approval_delegations_delegate ON approval_delegations (delegate_id, ends_on);
CREATE INDEX idx_approval_delegations_approver ON approval_delegations (approver_id, ends_on);
"""

DECISIONS = """
ALTER TYPE approval_act ADD VALUE 'ANSWER';

-- Acts on one turn come one after the other, behind its lock; two of one transaction, or a clock set back, have no
-- order in time.
CREATE SEQUENCE approval_act_numbers;
GRANT USAGE ON SEQUENCE approval_act_numbers TO turns_reader;
ALTER TABLE approval_decisions ADD number bigint NOT NULL DEFAULT nextval('approval_act_numbers');
ALTER TABLE approval_decisions ADD change_order_id uuid
    CONSTRAINT approval_decisions_change_order_id_fkey REFERENCES change_orders ON DELETE CASCADE;
COMMENT ON COLUMN approval_decisions.number IS 'the order of the acts';
COMMENT ON COLUMN approval_decisions.change_order_id IS
    'where the act is about a change order; amount is the new total then';
DROP INDEX idx_approval_decisions_turn;
CREATE INDEX idx_approval_decisions_turn ON approval_decisions (turn_id, number);
CREATE INDEX idx_approval_decisions_for ON approval_decisions (decided_for_id) WHERE decided_for_id IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(CHANGE_ORDERS)
    op.execute(DELEGATIONS)
    op.execute(DECISIONS)
