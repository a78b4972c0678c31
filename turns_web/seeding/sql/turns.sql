-- needs: dfo, ho, hold, rejection (words).
INSERT INTO new_turns (id, turn_id, property_id, stage_id, wo_number, notice_date, move_out_date, grade, turn_amount,
    amount_set_by, approved_turn_amount, vendor_id, turns_superintendent_id, expected_completion_date,
    first_expected_completion_date, occupancy_check_date, scope_approved_date, turn_assignment_date, final_walk_date,
    sent_to_leasing_date, turn_completion_date, hold_reason, power_status, water_status, gas_status,
    scope_approval_status, submitted_by, submitted_at, dfo_approval_user_id, dfo_approval_datetime, ho_approval_user_id,
    ho_approval_datetime, reject_user_id, reject_datetime, reject_reason, trash_out_needed, appliances_needed, is_active,
    is_open, property_manager_id, sr_property_manager_id, market, created_at, updated_at, created_by, updated_by)
SELECT id, 'T-' || to_char(entered[1], 'YYYY') || '-' || lpad(n::text, greatest(6, length(n::text)), '0'), home, stage_id,
    CASE WHEN stage > 2 THEN 'WO-' || n END, move_out - 30, move_out, grade::turn_grade, amount,
    CASE WHEN amount IS NOT NULL THEN who END, CASE WHEN is_approved THEN amount END, vendor_id, superintendent, expected,
    CASE WHEN submitted IS NOT NULL THEN expected END, CASE WHEN move_out < pg_temp.today() THEN move_out + 1 END,
    CASE WHEN is_approved THEN coalesce(ho_at, dfo_at)::date END,
    CASE WHEN vendor_id IS NOT NULL THEN coalesce(entered[3], entered[2], entered[1])::date END, entered[4]::date,
    completed, completed, CASE WHEN held_at IS NOT NULL THEN %(hold)s END, utility, utility, utility, status,
    CASE WHEN submitted IS NOT NULL THEN who END, submitted, CASE WHEN dfo_at IS NOT NULL THEN %(dfo)s::uuid END, dfo_at,
    CASE WHEN ho_at IS NOT NULL THEN %(ho)s::uuid END, ho_at, CASE WHEN rejected_at IS NOT NULL THEN %(dfo)s::uuid END,
    rejected_at, CASE WHEN rejected_at IS NOT NULL THEN %(rejection)s END, pg_temp.dice(n, 20, 7) = 0,
    pg_temp.dice(n, 21, 8) = 0, is_active, stage < 5, property_manager_id, sr_property_manager_id, market, entered[1],
    greatest(held_at, rejected_at, CASE WHEN stage = 2 THEN dfo_at END, entered[stage]), who, who
FROM life_approved ORDER BY n
