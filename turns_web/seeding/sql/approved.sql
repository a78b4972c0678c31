-- What approval did to each `life`, and when: the DFO answers half way to the next stage, head office after the DFO.
CREATE TEMPORARY TABLE life_approved ON COMMIT DROP AS
SELECT *, CASE WHEN status IN ('DFO_APPROVED', 'HO_APPROVED', 'HO_APPROVAL_NEEDED') THEN answered END AS dfo_at,
    CASE WHEN status = 'HO_APPROVED' THEN answered + (coalesce(entered[3], now()) - answered) / 2 END AS ho_at,
    CASE WHEN status = 'REJECTED' THEN answered END AS rejected_at,
    status IN ('DFO_APPROVED', 'HO_APPROVED') AS is_approved,
    (CASE WHEN stage = 1 THEN 'PENDING' WHEN pg_temp.dice(n, 22, 9) > 0 THEN 'YES' ELSE 'NO' END)::utility_status
        AS utility,
    ('6f0e1c52-0b1a-4c53-9a3e-00000000000' || stage)::uuid AS stage_id
FROM (
    SELECT *, entered[2] AS submitted,
        CASE WHEN status NOT IN ('PENDING', 'DFO_APPROVAL_NEEDED')
            THEN entered[2] + (coalesce(entered[3], now()) - entered[2]) / 2 END AS answered
    FROM life
) AS l
