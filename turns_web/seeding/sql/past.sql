-- needs: count; vendors, a hundred ids; inspector; admin. Makes `life`, a row a turn.
CREATE TEMPORARY TABLE life ON COMMIT DROP AS
WITH homes AS (
    SELECT p.id AS home, property_manager_id, sr_property_manager_id, market, coalesce(had.turns, 0) AS had,
        row_number() OVER (ORDER BY hashtextextended(p.id::text, 1)) - 1 AS rank
    FROM properties p LEFT JOIN (SELECT property_id, count(*) AS turns FROM turns WHERE NOT is_open GROUP BY 1) AS had
        ON had.property_id = p.id
    WHERE NOT p.is_archived
), numbered AS MATERIALIZED (
    SELECT g, nextval('turn_numbers') AS n FROM generate_series(0, %(count)s::bigint - 1) AS g
), dated AS MATERIALIZED (
    -- One after the other in each home; fewer of them in the last days than long ago.
    SELECT *, pg_temp.today() - 1 - least((had + g / (SELECT count(*) FROM homes)) * 330, 15000)::integer
            - floor(300 * power((1 + pg_temp.dice(n, 1, 1000000)) / 1000001.0, 0.75))::integer AS completed,
        pg_temp.dice(n, 2, 100) AS grading
    FROM numbered JOIN homes ON rank = mod(g, (SELECT count(*) FROM homes))
), timed AS MATERIALIZED (
    SELECT *, completed - days AS move_out
    FROM (
        SELECT *, CASE WHEN grading < 26 THEN 'LIGHT' WHEN grading < 70 THEN 'STANDARD' WHEN grading < 93 THEN 'HEAVY'
                ELSE 'RENOVATION' END AS grade,
            CASE WHEN grading < 26 THEN 4 WHEN grading < 70 THEN 7 WHEN grading < 93 THEN 14 ELSE 30 END AS target
        FROM dated
    ) AS graded, LATERAL (
        -- Two thirds are in time; the late ones have a long tail.
        SELECT greatest(3, target + CASE WHEN pg_temp.dice(n, 3, 100) < 66 THEN -pg_temp.dice(n, 4, 3)
            WHEN pg_temp.dice(n, 3, 100) < 90 THEN 1 + pg_temp.dice(n, 4, 4) ELSE 5 + pg_temp.dice(n, 4, 14) END) AS days
    ) AS lasted
)
SELECT md5('turns: turn ' || n)::uuid AS id, n, home, property_manager_id, sr_property_manager_id, market,
    coalesce(property_manager_id, sr_property_manager_id, %(admin)s::uuid) AS who, 5 AS stage, grade, move_out,
    move_out + target AS expected, completed, completed > pg_temp.today() - 14 AS is_active,
    ARRAY[pg_temp.office(move_out - 1 - pg_temp.dice(n, 5, 9), n, 6), pg_temp.office(move_out + days * 15 / 100, n, 7),
        pg_temp.office(move_out + days * 40 / 100, n, 8), pg_temp.office(move_out + days * 85 / 100, n, 9),
        pg_temp.office(completed, n, 10)] AS entered,
    CASE grade WHEN 'LIGHT' THEN 420 + pg_temp.dice(n, 11, 530) WHEN 'STANDARD' THEN 1150 + pg_temp.dice(n, 11, 1450)
        WHEN 'HEAVY' THEN 2600 + pg_temp.dice(n, 11, 4300) ELSE 7700 + pg_temp.dice(n, 11, 6500) END::numeric(10,2)
        AS amount,
    (%(vendors)s::uuid[])[1 + pg_temp.dice(n, 12, 100)] AS vendor_id,
    CASE WHEN market = 'Sacramento' AND pg_temp.dice(n, 13, 3) = 0 THEN %(inspector)s::uuid END AS superintendent,
    CASE WHEN grade = 'RENOVATION' THEN 'HO_APPROVED' ELSE 'DFO_APPROVED' END::approval_status AS status,
    NULL::timestamptz AS held_at
FROM timed
