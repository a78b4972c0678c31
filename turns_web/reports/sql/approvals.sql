-- How long the final decision took, for turns completed in the period; where the rule alone approved, nobody took long.
SELECT approver_id, count(*) AS decisions, percentile_cont(0.5) WITHIN GROUP (ORDER BY hours) AS hours
FROM (
    SELECT CASE t.scope_approval_status WHEN 'HO_APPROVED' THEN t.ho_approval_user_id ELSE t.dfo_approval_user_id END
            AS approver_id,
        extract(epoch FROM CASE t.scope_approval_status WHEN 'HO_APPROVED' THEN t.ho_approval_datetime
            ELSE t.dfo_approval_datetime END - t.submitted_at)::float8 / 3600 AS hours
    FROM turns t /* beside */
    WHERE t.scope_approval_status IN ('DFO_APPROVED', 'HO_APPROVED')
        AND t.turn_completion_date BETWEEN :first AND :last AND NOT t.is_open AND NOT t.is_archived AND (/* where */)
) AS decided
WHERE approver_id IS NOT NULL AND hours IS NOT NULL
GROUP BY GROUPING SETS ((), (approver_id))
