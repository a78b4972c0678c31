-- As turns_reader. The one way to a change order.

-- amount: the difference, signed. Within the tolerance and the limits it counts at once; else the turn waits for approval
-- of the new total, and what its approval was is kept with the change order.
CREATE OR REPLACE FUNCTION record_change_order(wanted uuid, seen_version integer, amount numeric, reason text)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t turns := turn_to_decide(wanted, seen_version);
    said text := nullif(btrim(reason), '');
    needed boolean;
    made change_orders;
BEGIN
    PERFORM refuse_stranger(wanted, 'The turn''s manager records its change orders.');
    PERFORM refuse_change_order(t, amount, said);
    needed := change_order_needs_approval(t, amount);
    INSERT INTO change_orders (turn_id, number, amount, reason, status, approval_before)
    SELECT t.id, coalesce(max(c.number), 0) + 1, record_change_order.amount, said,
        CASE WHEN needed THEN 'NEEDED' ELSE 'RECORDED' END::change_order_status, CASE WHEN needed THEN approval_of(t) END
    FROM change_orders c WHERE c.turn_id = t.id
    RETURNING * INTO made;
    IF needed THEN
        PERFORM log_act(t, made, NULL, 'SUBMIT', NULL, said);
        t := approval_cleared(t);
        t.scope_approval_status := 'DFO_APPROVAL_NEEDED';
        t.submitted_by := app_actor();
        t.submitted_at := clock_timestamp();
    ELSE
        t.change_order_amount := change_orders_total(t.id);
    END IF;
    RETURN keep_approval(t);
END $$;

CREATE OR REPLACE FUNCTION refuse_change_order(t turns, amount numeric, reason text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    committed numeric := t.approved_turn_amount + change_orders_total(t.id);
BEGIN
    IF NOT approval_is_final(t.scope_approval_status) OR committed IS NULL THEN
        RAISE EXCEPTION '%', CASE WHEN committed IS NULL THEN 'Nothing is approved yet: change the amount itself.'
                ELSE 'A change order waits for approval: have it decided, or withdraw it first.' END
            USING ERRCODE = '23514', CONSTRAINT = 'change_orders_after_approval';
    END IF;
    IF reason IS NULL OR length(reason) > 500 THEN
        RAISE EXCEPTION 'Give a reason of 1 to 500 characters.'
            USING ERRCODE = '23514', CONSTRAINT = 'change_orders_reason';
    END IF;
    IF amount IS NULL OR amount = 0 THEN
        RAISE EXCEPTION 'Enter by how much the amount changes.'
            USING ERRCODE = '23514', CONSTRAINT = 'change_orders_amount_not_zero';
    END IF;
    -- Also NaN and infinity, which are above every number.
    IF amount <> round(amount, 2) OR abs(amount) >= 100000000 OR committed + amount >= 100000000 THEN
        RAISE EXCEPTION 'Enter an amount of at most 10 digits, 2 of them decimals; also all that is committed has no more.'
            USING ERRCODE = '23514', CONSTRAINT = 'change_orders_amount_form';
    END IF;
    IF committed + amount < 0 THEN
        RAISE EXCEPTION '% is committed: take off no more than that.', money_text(committed)
            USING ERRCODE = '23514', CONSTRAINT = 'change_orders_committed_not_negative';
    END IF;
END $$;

GRANT EXECUTE ON FUNCTION record_change_order(uuid, integer, numeric, text) TO turns_app;
