-- As turns_owner. Who sees and writes which rows. Each sight is written once here and used twice: in the policies, and in
-- the functions of 65_sight.sql for those that run as turns_reader, whom no policy binds.

DO $$
DECLARE
    of regclass;
BEGIN
    FOR of IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND c.relowner = 'turns_owner'::regrole
        AND c.relname <> 'alembic_version'
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', of);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', of);
        -- Force binds the owner, whose work is migrations, seed and restore; the reader owns what checks for itself.
        EXECUTE format('CREATE POLICY owner_all ON %s TO turns_owner USING (true) WITH CHECK (true)', of);
        EXECUTE format('CREATE POLICY reader_all ON %s TO turns_reader USING (true) WITH CHECK (true)', of);
    END LOOP;
END $$;

-- Sights, as text with the table's plain column names. `%s` stands for what narrows turns where no policy does.
CREATE OR REPLACE FUNCTION sight(of_table text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE of_table
    WHEN 'turns' THEN $sight$(SELECT app_sees_all())
        OR property_manager_id = (SELECT app_user_as('PROPERTY_MANAGER'))
        OR sr_property_manager_id = (SELECT app_user_as('SR_PROPERTY_MANAGER'))
        OR turns_superintendent_id = (SELECT app_user_as('INSPECTOR'))
        OR vendor_id = (SELECT app_vendor_id())
        OR flooring_vendor_id = (SELECT app_vendor_id())
        OR market = ANY ((SELECT app_markets('{USER}'))::text[])$sight$
    WHEN 'properties' THEN $sight$(SELECT app_sees_all())
        OR property_manager_id = (SELECT app_user_as('PROPERTY_MANAGER'))
        OR sr_property_manager_id = (SELECT app_user_as('SR_PROPERTY_MANAGER'))
        OR market = ANY ((SELECT app_markets('{USER,INSPECTOR}'))::text[])
        OR id IN (SELECT turns.property_id FROM turns
            WHERE turns.turns_superintendent_id = (SELECT app_user_as('INSPECTOR')))$sight$
    WHEN 'vendors' THEN $sight$(SELECT app_is_admin())
        OR (SELECT app_user_as('SR_PROPERTY_MANAGER')) IS NOT NULL
        OR (is_approved AND (SELECT app_is_staff()))
        OR id = (SELECT app_vendor_id())
        OR ((SELECT app_is_staff()) AND EXISTS (SELECT FROM turns WHERE turns.vendor_id = vendors.id AND (%1$s)))
        OR ((SELECT app_is_staff()) AND EXISTS (SELECT FROM turns
            WHERE turns.flooring_vendor_id = vendors.id AND (%1$s)))$sight$
    WHEN 'users' THEN $sight$id <> '00000000-0000-0000-0000-000000000001'
        AND (id = (SELECT app_me()) OR (SELECT app_is_admin()))$sight$
    END;

-- Whose portfolio a row is: those who may write it.
CREATE OR REPLACE FUNCTION portfolio() RETURNS text LANGUAGE sql IMMUTABLE
RETURN $sight$(SELECT app_is_admin())
    OR property_manager_id = (SELECT app_user_as('PROPERTY_MANAGER'))
    OR sr_property_manager_id = (SELECT app_user_as('SR_PROPERTY_MANAGER'))$sight$;
GRANT EXECUTE ON FUNCTION sight(text), portfolio() TO turns_reader;

DO $$
DECLARE
    of text;
BEGIN
    FOREACH of IN ARRAY ARRAY['turns', 'properties', 'vendors', 'users'] LOOP
        -- Inside a policy the policy of turns narrows by itself.
        EXECUTE format('CREATE POLICY see ON %I FOR SELECT USING (%s)', of, format(sight(of), 'true'));
    END LOOP;
    FOREACH of IN ARRAY ARRAY['turns', 'properties'] LOOP
        EXECUTE format('CREATE POLICY make ON %I FOR INSERT WITH CHECK (%s)', of, portfolio());
    END LOOP;
    EXECUTE format('CREATE POLICY change ON properties FOR UPDATE USING (%1$s) WITH CHECK (%1$s)', portfolio());
    -- Inspectors write the turns they oversee; which columns, a trigger says.
    EXECUTE format('CREATE POLICY change ON turns FOR UPDATE USING (%1$s) WITH CHECK (%1$s)',
        portfolio() || ' OR turns_superintendent_id = (SELECT app_user_as(''INSPECTOR''))');
    -- Reference data is no secret; administrators keep it.
    FOREACH of IN ARRAY ARRAY['turn_stages', 'property_types', 'settings'] LOOP
        EXECUTE format('CREATE POLICY see ON %I FOR SELECT USING (true)', of);
        EXECUTE format('CREATE POLICY make ON %I FOR INSERT WITH CHECK ((SELECT app_is_admin()))', of);
        EXECUTE format('CREATE POLICY change ON %I FOR UPDATE USING ((SELECT app_is_admin()))', of);
    END LOOP;
    -- What hangs on a turn is seen with it. Not `IN`: for one turn's rows the planner then asks for that turn alone.
    FOREACH of IN ARRAY ARRAY['turn_stage_log', 'approval_decisions', 'change_orders', 'comments'] LOOP
        EXECUTE format('CREATE POLICY see ON %1$I FOR SELECT
            USING (EXISTS (SELECT FROM turns WHERE turns.id = %1$I.turn_id))', of);
    END LOOP;
END $$;

-- Both sides of a delegation, and administrators; functions write it.
CREATE POLICY see ON approval_delegations FOR SELECT
    USING ((SELECT app_me()) IN (approver_id, delegate_id) OR (SELECT app_is_admin()));

-- A market's own limit can be taken back; what holds for all stays.
CREATE POLICY take_back ON settings FOR DELETE USING (market IS NOT NULL AND (SELECT app_is_admin()));

CREATE POLICY make ON users FOR INSERT WITH CHECK ((SELECT app_is_admin()));
CREATE POLICY change ON users FOR UPDATE USING ((SELECT app_is_admin()) OR id = (SELECT app_me()));

CREATE POLICY see ON sessions FOR SELECT USING (user_id = (SELECT app_me()));
CREATE POLICY stop ON sessions FOR DELETE USING (user_id = (SELECT app_me()));

CREATE POLICY see ON verification_tokens FOR SELECT USING ((SELECT app_is_admin()));

CREATE POLICY see ON api_tokens FOR SELECT USING (user_id = (SELECT app_me()));
CREATE POLICY make ON api_tokens FOR INSERT WITH CHECK (user_id = (SELECT app_me()));
CREATE POLICY change ON api_tokens FOR UPDATE USING (user_id = (SELECT app_me()));

CREATE POLICY make ON vendors FOR INSERT
    WITH CHECK ((SELECT app_is_admin()) OR (SELECT app_user_as('SR_PROPERTY_MANAGER')) IS NOT NULL);
-- A senior manager mends what they entered.
CREATE POLICY change ON vendors FOR UPDATE
    USING ((SELECT app_is_admin()) OR created_by = (SELECT app_user_as('SR_PROPERTY_MANAGER')));

CREATE POLICY make ON comments FOR INSERT
    WITH CHECK ((SELECT app_is_staff())
        AND EXISTS (SELECT FROM turns WHERE turns.id = comments.turn_id));

CREATE POLICY see ON utility_providers FOR SELECT USING ((SELECT app_role()) IS NOT NULL);
CREATE POLICY make ON utility_providers FOR INSERT
    WITH CHECK ((SELECT app_role()) IN ('SUPER_ADMIN', 'ADMIN', 'PROPERTY_MANAGER', 'SR_PROPERTY_MANAGER'));
CREATE POLICY change ON utility_providers FOR UPDATE USING ((SELECT app_is_admin()));

CREATE POLICY see ON property_utilities FOR SELECT
    USING (EXISTS (SELECT FROM properties WHERE properties.id = property_utilities.property_id));
DO $$
DECLARE
    mine text := format('EXISTS (SELECT FROM properties
        WHERE properties.id = property_utilities.property_id AND (%s))', portfolio());
BEGIN
    EXECUTE format('CREATE POLICY make ON property_utilities FOR INSERT WITH CHECK (%s)', mine);
    EXECUTE format('CREATE POLICY change ON property_utilities FOR UPDATE USING (%1$s) WITH CHECK (%1$s)', mine);
    EXECUTE format('CREATE POLICY remove ON property_utilities FOR DELETE USING (%s)', mine);
END $$;

-- One's own acts; administrators see everybody's.
CREATE POLICY see ON audit_logs FOR SELECT
    USING ((SELECT app_is_admin()) OR user_id = (SELECT app_me()));
CREATE POLICY see ON audit_seals FOR SELECT USING ((SELECT app_is_admin()));

CREATE POLICY see ON write_receipts FOR SELECT USING (user_id = (SELECT app_me()));
CREATE POLICY make ON write_receipts FOR INSERT WITH CHECK (user_id = (SELECT app_me()));
CREATE POLICY change ON write_receipts FOR UPDATE USING (user_id = (SELECT app_me()));

-- What was told of a turn is shown as long as one sees it.
CREATE POLICY see ON notifications FOR SELECT USING (user_id = (SELECT app_me())
    AND (turn_id IS NULL OR EXISTS (SELECT FROM turns WHERE turns.id = notifications.turn_id)));
CREATE POLICY change ON notifications FOR UPDATE USING (user_id = (SELECT app_me()));

CREATE POLICY see ON notification_texts FOR SELECT USING ((SELECT app_is_admin()));
CREATE POLICY make ON notification_texts FOR INSERT WITH CHECK ((SELECT app_is_admin()));
CREATE POLICY change ON notification_texts FOR UPDATE USING ((SELECT app_is_admin()));
CREATE POLICY remove ON notification_texts FOR DELETE USING ((SELECT app_is_admin()));

-- Everybody's writes leave events; only the relay, as the system user, and administrators read them. A mail whose link
-- opens the account of a super administrator would make one of whoever reads it.
CREATE POLICY see ON outbox FOR SELECT USING ((SELECT app_role()) = 'SUPER_ADMIN'
    OR ((SELECT app_is_admin()) AND (kind <> 'mail' OR payload ->> 'only_super' IS NULL)));
CREATE POLICY make ON outbox FOR INSERT WITH CHECK ((SELECT app_role()) IS NOT NULL);
CREATE POLICY change ON outbox FOR UPDATE USING ((SELECT app_is_admin()));
CREATE POLICY tidy ON outbox FOR DELETE USING ((SELECT app_is_admin()));

CREATE POLICY see ON imports FOR SELECT USING ((SELECT app_is_admin()) OR user_id = (SELECT app_me()));
CREATE POLICY make ON imports FOR INSERT WITH CHECK ((SELECT app_is_admin()));
CREATE POLICY change ON imports FOR UPDATE USING ((SELECT app_is_admin()));

CREATE POLICY see ON chores FOR SELECT USING ((SELECT app_is_admin()));
CREATE POLICY make ON chores FOR INSERT
    WITH CHECK ((SELECT app_user_id()) = '00000000-0000-0000-0000-000000000001');
CREATE POLICY change ON chores FOR UPDATE
    USING ((SELECT app_user_id()) = '00000000-0000-0000-0000-000000000001');

-- Asked for by its owner; the rest of its life is the worker's, as the system user.
CREATE POLICY see ON exports FOR SELECT USING ((SELECT app_is_admin()) OR user_id = (SELECT app_me()));
CREATE POLICY make ON exports FOR INSERT WITH CHECK ((SELECT app_is_staff()) AND user_id = (SELECT app_me()));
CREATE POLICY change ON exports FOR UPDATE
    USING ((SELECT app_user_id()) = '00000000-0000-0000-0000-000000000001');
CREATE POLICY remove ON exports FOR DELETE
    USING ((SELECT app_user_id()) = '00000000-0000-0000-0000-000000000001');

CREATE POLICY see ON saved_views FOR SELECT
    USING (owner_id = (SELECT app_me()) OR shared_with_role = (SELECT app_role()));
CREATE POLICY make ON saved_views FOR INSERT WITH CHECK (owner_id = (SELECT app_me()));
CREATE POLICY change ON saved_views FOR UPDATE USING (owner_id = (SELECT app_me()));
CREATE POLICY remove ON saved_views FOR DELETE USING (owner_id = (SELECT app_me()));

CREATE POLICY see ON webhooks FOR SELECT USING ((SELECT app_is_admin()));
CREATE POLICY make ON webhooks FOR INSERT WITH CHECK ((SELECT app_is_admin()));
CREATE POLICY change ON webhooks FOR UPDATE USING ((SELECT app_is_admin()));
CREATE POLICY remove ON webhooks FOR DELETE USING ((SELECT app_is_admin()));
