-- needs: dfo, ho, rejection.
INSERT INTO approval_decisions (turn_id, turn_version, level, decision, amount, approver_id, reason, decided_at)
SELECT id, 0, NULL::approval_level, 'SUBMIT'::approval_act, amount, who, NULL, submitted
FROM life_approved WHERE submitted IS NOT NULL
UNION ALL
SELECT id, 0, 'DFO', (CASE WHEN rejected_at IS NULL THEN 'APPROVE' ELSE 'REJECT' END)::approval_act, amount,
    %(dfo)s::uuid, CASE WHEN rejected_at IS NOT NULL THEN %(rejection)s END, answered
FROM life_approved WHERE answered IS NOT NULL
UNION ALL
SELECT id, 0, 'HO', 'APPROVE', amount, %(ho)s::uuid, NULL, ho_at FROM life_approved WHERE ho_at IS NOT NULL
