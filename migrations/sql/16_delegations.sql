-- As turns_reader. Who decides approvals today: approvers, and those whom they named for a span of days.

-- Today for the whole portfolio, by the setting `timezone`.
CREATE OR REPLACE FUNCTION portfolio_today() RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (now() AT TIME ZONE coalesce(setting('timezone'), 'UTC'))::date
$$;

-- The levels at which a role's own word counts.
CREATE OR REPLACE FUNCTION approval_levels(of_role user_role) RETURNS approval_level[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE of_role
    WHEN 'DFO_APPROVER' THEN ARRAY['DFO']
    WHEN 'HO_APPROVER' THEN ARRAY['HO']
    WHEN 'SUPER_ADMIN' THEN ARRAY['DFO', 'HO']
    ELSE ARRAY[]::text[] END::approval_level[];

-- Whom somebody stands in for today. Only an approver's own right is handed on: a delegate's delegate has nothing.
CREATE OR REPLACE FUNCTION approvers_stood_in_for(person uuid)
RETURNS TABLE (approver_id uuid, levels approval_level[])
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT d.approver_id, approval_levels(a.role)
    FROM approval_delegations d
    JOIN users a ON a.id = d.approver_id AND a.is_active AND cardinality(approval_levels(a.role)) > 0
    JOIN users p ON p.id = d.delegate_id AND p.is_active AND p.role <> 'VENDOR'
    WHERE d.delegate_id = person AND d.ended_at IS NULL AND portfolio_today() BETWEEN d.starts_on AND d.ends_on
$$;

-- The levels at which somebody decides today for somebody else.
CREATE OR REPLACE FUNCTION stands_in(person uuid) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT level::text ORDER BY level::text), '{}')
    FROM approvers_stood_in_for(person), unnest(levels) AS level
$$;

-- What this person may decide at today: by their own role (decided_for_id is null), and for whom else.
CREATE OR REPLACE FUNCTION approval_rights() RETURNS TABLE (level approval_level, decided_for_id uuid)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT unnest(approval_levels(app_role())), NULL::uuid
    UNION ALL
    SELECT unnest(levels), approver_id FROM approvers_stood_in_for(app_user_id())
$$;

-- Approvers see all; so does, for that while, who stands in for one.
CREATE OR REPLACE FUNCTION app_sees_all() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM users WHERE id = app_user_id() AND is_active
            AND role IN ('SUPER_ADMIN', 'ADMIN', 'DFO_APPROVER', 'HO_APPROVER'))
        OR EXISTS (SELECT FROM approvers_stood_in_for(app_user_id()))
$$;

GRANT EXECUTE ON FUNCTION app_sees_all(), portfolio_today(), approval_rights(), stands_in(uuid) TO turns_owner, turns_app;
