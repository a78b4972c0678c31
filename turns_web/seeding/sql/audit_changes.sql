-- needs: count. Past turns get further changes, each a version, some forty minutes after the one before.
CREATE TEMPORARY TABLE further ON COMMIT DROP AS
WITH chosen AS (
    SELECT id, property_id, vendor_id, sub_status, version, created_by, updated_at,
        row_number() OVER (ORDER BY hashtextextended(id::text, 3)) - 1 AS rank
    FROM turns WHERE NOT is_open
)
SELECT id, property_id, vendor_id, created_by, version + row_number() OVER turn AS version,
    CASE WHEN row_number() OVER turn = 1 THEN sub_status ELSE lag(said) OVER turn END AS was, said,
    least(now(), updated_at + (version + row_number() OVER turn) * interval '40 minutes') AS at
FROM (
    SELECT c.*, g, (ARRAY['Waiting for parts', 'Crew on site', 'Second visit due', 'Keys returned', 'Invoice asked for',
        'Photos checked', 'Colours chosen'])[1 + mod(version + g / (SELECT count(*) FROM chosen), 7)] AS said
    FROM generate_series(0, %(count)s::bigint - 1) AS g JOIN chosen c ON c.rank = mod(g, (SELECT count(*) FROM chosen))
) AS told
WINDOW turn AS (PARTITION BY id ORDER BY g)
