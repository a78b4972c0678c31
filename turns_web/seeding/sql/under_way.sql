-- needs: as past.sql. Makes `life`, a row a turn.
CREATE TEMPORARY TABLE life ON COMMIT DROP AS
WITH homes AS MATERIALIZED (
    SELECT p.id AS home, property_manager_id, sr_property_manager_id, market FROM properties p
    WHERE NOT is_archived AND NOT EXISTS (SELECT FROM turns t WHERE t.property_id = p.id AND t.is_open)
    ORDER BY hashtextextended(p.id::text, 2) LIMIT %(count)s
), numbered AS MATERIALIZED (
    SELECT *, nextval('turn_numbers') AS n FROM homes
), placed AS MATERIALIZED (
    SELECT *, CASE WHEN place < 18 THEN 1 WHEN place < 40 THEN 2 WHEN place < 86 THEN 3 ELSE 4 END AS stage,
        CASE WHEN grading < 22 THEN 'LIGHT' WHEN grading < 62 THEN 'STANDARD' WHEN grading < 90 THEN 'HEAVY'
            ELSE 'RENOVATION' END AS grade,
        CASE WHEN grading < 22 THEN 4 WHEN grading < 62 THEN 7 WHEN grading < 90 THEN 14 ELSE 30 END AS target
    FROM (SELECT *, pg_temp.dice(n, 1, 100) AS place, pg_temp.dice(n, 2, 100) AS grading FROM numbered) AS thrown
), dated AS MATERIALIZED (
    -- Most are within their days; a seventh are late, a few of them by weeks.
    SELECT *, pg_temp.today() - CASE WHEN stage = 1 THEN pg_temp.dice(n, 3, 14) - 9
            WHEN pg_temp.dice(n, 4, 7) = 0 THEN target + 1 + power(pg_temp.dice(n, 5, 60), 2)::integer / 120
            ELSE least(target, stage + pg_temp.dice(n, 5, 5 * stage)) END AS move_out
    FROM placed
), timed AS MATERIALIZED (
    SELECT *, greatest(begun + 1, pg_temp.today() - 1 - pg_temp.dice(n, 7, CASE WHEN stage = 3 THEN 9 ELSE 4 END)) AS here
    FROM (SELECT *, least(move_out, pg_temp.today()) - 3 - pg_temp.dice(n, 6, 7) AS begun FROM dated) AS d
)
SELECT md5('turns: turn ' || n)::uuid AS id, n, home, property_manager_id, sr_property_manager_id, market,
    coalesce(property_manager_id, sr_property_manager_id, %(admin)s::uuid) AS who, stage, grade, move_out,
    move_out + target AS expected, NULL::date AS completed, true AS is_active,
    -- The stages before the present one share the days until it was entered.
    ARRAY(SELECT pg_temp.office(begun, n, 8) + (pg_temp.office(here, n, 9) - pg_temp.office(begun, n, 8))
        * CASE WHEN stage = 1 THEN 1 ELSE (s - 1) / (stage - 1.0) END FROM generate_series(1, stage) AS s ORDER BY s)
        AS entered,
    CASE WHEN stage > 1 OR pg_temp.dice(n, 10, 2) = 0 THEN CASE grade WHEN 'LIGHT' THEN 420 + pg_temp.dice(n, 11, 530)
        WHEN 'STANDARD' THEN 1150 + pg_temp.dice(n, 11, 1450) WHEN 'HEAVY' THEN 2600 + pg_temp.dice(n, 11, 4300)
        ELSE 7700 + pg_temp.dice(n, 11, 6500) END END::numeric(10,2) AS amount,
    CASE WHEN stage > 2 OR pg_temp.dice(n, 12, 4) = 0
        THEN (%(vendors)s::uuid[])[1 + pg_temp.dice(n, 13, 100)] END AS vendor_id,
    CASE WHEN market = 'Sacramento' AND pg_temp.dice(n, 14, 3) = 0 THEN %(inspector)s::uuid END AS superintendent,
    CASE WHEN stage = 1 THEN 'PENDING'
        WHEN stage > 2 THEN CASE WHEN grade = 'RENOVATION' THEN 'HO_APPROVED' ELSE 'DFO_APPROVED' END
        WHEN pg_temp.dice(n, 15, 12) = 0 THEN 'REJECTED'
        WHEN grade = 'RENOVATION' AND pg_temp.dice(n, 15, 12) > 3 THEN 'HO_APPROVAL_NEEDED'
        ELSE 'DFO_APPROVAL_NEEDED' END::approval_status AS status,
    CASE WHEN stage BETWEEN 2 AND 3 AND pg_temp.dice(n, 16, 30) = 0 THEN now() - interval '3 hours' END AS held_at
FROM timed
