-- Turns completed in the period, counted by their days, once over all and once for each way to part them: one look at
-- each turn, and of a number of days however often it occurs one row. A median is read from these.
SELECT grouping(month, manager_id, market, vendor_id, type_id) AS part,
    month, manager_id, market, vendor_id, type_id, bedrooms, days,
    count(*) AS turns,
    count(on_time) AS told,
    count(*) FILTER (WHERE on_time) AS on_time,
    count(committed) AS costed,
    sum(committed) AS committed,
    sum(approved) AS approved,
    sum(change_orders) AS change_orders,
    count(*) FILTER (WHERE has_change_orders) AS changed,
    sum(committed) FILTER (WHERE area_sqft > 0) AS sized,
    sum(area_sqft) FILTER (WHERE committed IS NOT NULL AND area_sqft > 0) AS area,
    sum(committed) FILTER (WHERE rooms > 0) AS roomed,
    sum(rooms) FILTER (WHERE committed IS NOT NULL AND rooms > 0) AS rooms
FROM (
    SELECT date_trunc('month', t.turn_completion_date)::date AS month,
        t.property_manager_id AS manager_id, t.market, t.vendor_id,
        p.property_type_id AS type_id, CASE WHEN p.property_type_id IS NULL THEN p.bedrooms END AS bedrooms,
        t.turn_completion_date - t.move_out_date AS days,
        t.turn_completion_date <= t.first_expected_completion_date AS on_time,
        t.approved_turn_amount + coalesce(t.change_order_amount, 0) AS committed,
        t.approved_turn_amount AS approved,
        CASE WHEN t.approved_turn_amount IS NOT NULL THEN t.change_order_amount END AS change_orders,
        coalesce(t.change_order_amount, 0) <> 0 AS has_change_orders,
        p.area_sqft, p.bedrooms AS rooms
    FROM turns t JOIN properties p ON p.id = t.property_id /* beside */
    WHERE t.turn_completion_date BETWEEN :first AND :last AND NOT t.is_open AND NOT t.is_archived AND (/* where */)
) AS done
GROUP BY GROUPING SETS (
    (days), (month, days), (manager_id, days), (market, days), (vendor_id, days), (type_id, bedrooms, days)
)
