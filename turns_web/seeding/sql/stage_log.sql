-- needs: hold.
INSERT INTO turn_stage_log (turn_id, from_stage_id, stage_id, entered_at, left_at, kind, note, user_id)
SELECT id, CASE WHEN s > 1 THEN ('6f0e1c52-0b1a-4c53-9a3e-00000000000' || s - 1)::uuid END,
    ('6f0e1c52-0b1a-4c53-9a3e-00000000000' || s)::uuid, entered[s], coalesce(entered[s + 1], held_at),
    (CASE WHEN s = 1 THEN 'create' ELSE 'move' END)::stage_change, NULL, who
FROM life_approved, generate_series(1, stage) AS s
UNION ALL
SELECT id, stage_id, stage_id, held_at, NULL, 'hold', %(hold)s, who FROM life_approved WHERE held_at IS NOT NULL
