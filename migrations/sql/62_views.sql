-- As turns_reader. Narrow views over tables that the reader may not see whole.

-- Who is who. Vendors' own people see those on their turns; vendors' people are seen by administrators.
CREATE VIEW people WITH (security_barrier) AS
SELECT id, first_name, last_name, role, email, is_active
FROM users
WHERE id <> '00000000-0000-0000-0000-000000000001'
    AND (id = (SELECT app_me())
        OR (SELECT app_is_admin())
        OR (role <> 'VENDOR' AND (SELECT app_is_staff()))
        OR (role <> 'VENDOR' AND id IN (
            SELECT unnest(ARRAY[property_manager_id, sr_property_manager_id, turns_superintendent_id]) FROM turns
            WHERE (SELECT app_vendor_id()) IN (vendor_id, flooring_vendor_id))));

-- What the work needs of a home, for the company that does it.
CREATE VIEW portal_properties WITH (security_barrier) AS
SELECT id, property_id, name, street_address, unit, community, city, state, zip_code, bedrooms, bathrooms, area_sqft,
    timezone
FROM properties
WHERE id IN (SELECT turns.property_id FROM turns WHERE turns.vendor_id = (SELECT app_vendor_id())
    UNION ALL SELECT turns.property_id FROM turns WHERE turns.flooring_vendor_id = (SELECT app_vendor_id()));

GRANT SELECT ON people, portal_properties TO turns_owner, turns_app;
