-- Whether this person changed, since a moment, what the period's figures are counted from; or completed a turn, or took
-- one back. What is under way is counted anew anyhow.
SELECT EXISTS (
    SELECT FROM audit_logs a
    WHERE a.user_id = :me AND a.created_at > :since
        AND (a.table_name = 'properties'
            OR (a.table_name = 'turns' AND 'turn_completion_date' = ANY (a.changed_fields))
            OR (a.table_name IN ('turns', 'change_orders') AND EXISTS (
                SELECT FROM turns t WHERE t.id = a.turn_id AND t.turn_completion_date BETWEEN :first AND :last)))
)
