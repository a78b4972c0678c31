INSERT INTO audit_logs (table_name, record_id, action, record_version, old_values, new_values, changed_fields,
    property_id, turn_id, vendor_id, user_id, user_email, user_name, user_role, context, created_at)
SELECT 'turns', f.id, 'UPDATE', f.version, jsonb_build_object('sub_status', was), jsonb_build_object('sub_status', said),
    '{sub_status}', property_id, f.id, f.vendor_id, u.id, u.email, concat_ws(' ', u.first_name, u.last_name),
    u.role::text, 'seed', at
FROM further f JOIN users u ON u.id = f.created_by
