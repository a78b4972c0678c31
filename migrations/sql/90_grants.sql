-- As turns_owner. What the application may read and write, column by column; everything else it has no right to.
DO $$
DECLARE
    of text;
    -- Never read: answered by functions that check and audit, or of no use outside.
    hidden text[] := audit_secrets() || ARRAY['search_text', 'marks'];
    -- Never written by a statement: kept by trigger, or by the functions of approval.
    kept text[] := ARRAY['version', 'created_at', 'created_by', 'updated_at', 'updated_by', 'archived_at',
        'archived_by', 'last_login', 'average_rating', 'total_jobs', 'search_text', 'has_lock_box_code', 'is_open',
        'amount_set_by', 'approved_turn_amount', 'change_order_amount', 'scope_approved_date',
        'scope_approval_status', 'submitted_by', 'submitted_at', 'dfo_approval_user_id', 'dfo_approval_datetime',
        'ho_approval_user_id', 'ho_approval_datetime', 'reject_user_id', 'reject_datetime', 'reject_reason',
        'expected_completion_is_computed', 'first_expected_completion_date', 'last_used_at', 'stage_entered_on',
        'stage_held_days', 'held_on', 'ball_since'];
    copied text[] := ARRAY['property_manager_id', 'sr_property_manager_id', 'market', 'next_move_in_date',
        'monthly_rent'];
    once text[] := ARRAY['id', 'password_hash', 'secret', 'turn_id', 'owner_id', 'user_id'];
BEGIN
    FOREACH of IN ARRAY ARRAY['users', 'properties', 'turns', 'vendors', 'turn_stages', 'settings', 'property_types',
        'utility_providers', 'property_utilities', 'comments', 'saved_views', 'write_receipts', 'outbox',
        'imports', 'api_tokens', 'webhooks', 'notification_texts'] LOOP
        EXECUTE format('REVOKE ALL ON %I FROM turns_app', of);
        EXECUTE format('GRANT SELECT (%s) ON %I TO turns_app', columns_of(of, hidden), of);
        EXECUTE format('GRANT INSERT (%s) ON %I TO turns_app', columns_of(of, kept || ARRAY['is_archived']
            || CASE WHEN of = 'turns' THEN copied ELSE '{}' END), of);
        EXECUTE format('GRANT UPDATE (%s) ON %I TO turns_app', columns_of(of, kept || once
            || CASE WHEN of = 'turns' THEN copied || ARRAY['property_id'] ELSE '{}' END), of);
    END LOOP;
    FOREACH of IN ARRAY ARRAY['turn_stage_log', 'approval_decisions', 'change_orders', 'approval_delegations',
        'audit_logs', 'audit_seals', 'sessions', 'verification_tokens', 'notifications',
        'exports', 'chores'] LOOP
        EXECUTE format('REVOKE ALL ON %I FROM turns_app', of);
        EXECUTE format('GRANT SELECT (%s) ON %I TO turns_app', columns_of(of, hidden), of);
    END LOOP;
END $$;
REVOKE UPDATE ON comments, api_tokens FROM turns_app;
GRANT UPDATE (read_at) ON notifications TO turns_app;
GRANT INSERT (name, every_s), UPDATE (every_s, due_at, run, lease_until, started_at, finished_at, failures, failed_at,
    error) ON chores TO turns_app;
GRANT UPDATE (revoked_at) ON api_tokens TO turns_app;
GRANT INSERT (id, user_id, type, format, query, filters), UPDATE (filters, status, done, total, as_of, source, file_name,
    size_bytes, attempt, worker, lease_until, queued_at, started_at, finished_at, expires_at, error), DELETE ON exports TO turns_app;
GRANT DELETE ON sessions, settings, property_utilities, saved_views, write_receipts, outbox, webhooks,
    notification_texts TO turns_app;
