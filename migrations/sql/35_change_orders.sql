-- As turns_reader. What a turn's change orders come to, and what becomes of the turn's approval with one that waits. None
-- of these is the application's to call.

-- The one that waits for a decision; its id is null where none does.
CREATE OR REPLACE FUNCTION change_order_waiting(of_turn uuid) RETURNS change_orders
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT * FROM change_orders WHERE turn_id = of_turn AND status = 'NEEDED'
$$;

-- What stands beside the base.
CREATE OR REPLACE FUNCTION change_orders_total(of_turn uuid) RETURNS numeric
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(sum(amount), 0) FROM change_orders WHERE turn_id = of_turn AND status IN ('RECORDED', 'APPROVED')
$$;

-- The amount that a decision is about: the turn's own, or all that would be committed.
CREATE OR REPLACE FUNCTION amount_to_decide(t turns, waiting change_orders) RETURNS numeric
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN waiting.id IS NULL THEN t.turn_amount
        ELSE t.approved_turn_amount + change_orders_total(t.id) + waiting.amount END
$$;

-- Lowering needs nobody. More is only recorded within the tolerance since a person last approved, and within each limit
-- whose approver has not decided on what is in force now. The order of acts is that of the numbers.
CREATE OR REPLACE FUNCTION change_order_needs_approval(t turns, amount numeric) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    committed numeric := t.approved_turn_amount + change_orders_total(t.id) + amount;
    since numeric := amount + (SELECT coalesce(sum(c.amount), 0) FROM change_orders c
        WHERE c.turn_id = t.id AND c.status = 'RECORDED' AND c.number > (SELECT coalesce(max(a.number), 0)
            FROM change_orders a WHERE a.turn_id = t.id AND a.status = 'APPROVED'));
    by_head_office boolean := t.scope_approval_status = 'HO_APPROVED';
    by_somebody boolean := by_head_office OR t.dfo_approval_user_id IS NOT NULL;
BEGIN
    RETURN amount > 0 AND (
        since * 100 > t.approved_turn_amount * setting('change_order_tolerance', t.market)::numeric
        OR (committed > setting('dfo_limit', t.market)::numeric AND NOT by_somebody)
        OR (committed > setting('ho_limit', t.market)::numeric AND NOT by_head_office));
END $$;

-- Rejected or withdrawn: the approval is what it was.
CREATE OR REPLACE FUNCTION change_order_refused(t turns, waiting change_orders) RETURNS turns
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE change_orders SET status = 'REJECTED' WHERE id = waiting.id;
    RETURN jsonb_populate_record(t, waiting.approval_before);
END $$;

-- Final: it counts from now on.
CREATE OR REPLACE FUNCTION change_order_approved(t turns, waiting change_orders) RETURNS turns
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE change_orders SET status = 'APPROVED' WHERE id = waiting.id;
    t.change_order_amount := change_orders_total(t.id);
    RETURN t;
END $$;
