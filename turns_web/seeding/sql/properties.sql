-- needs: first, count; streets; managers and seniors, a hundred ids each, repeated by share; admin.
-- seed_markets: a row a market, with the low and high of its hundredths.
INSERT INTO new_properties (id, property_id, name, street_address, unit, community, city, state, zip_code, country,
    county, property_type_id, year_built, market, area_sqft, bedrooms, bathrooms, monthly_rent, timezone, is_section_8,
    in_disposition, is_core, ownership_status, property_manager_id, sr_property_manager_id, created_at, updated_at,
    created_by, updated_by)
SELECT md5('turns: home ' || n)::uuid, m.code || '-' || lpad(n::text, greatest(6, length(n::text)), '0'),
    coalesce(community || ' ' || unit, street), street, unit, community, m.city, m.state,
    lpad((m.zip + pg_temp.dice(n, 15, 60))::text, 5, '0'), 'United States', m.county, t.id, 1955 + pg_temp.dice(n, 3, 65),
    m.market, CASE WHEN pg_temp.dice(n, 4, 20) > 0 THEN 320 + beds * 390 + pg_temp.dice(n, 5, 360) END, beds,
    greatest(1, beds - 1) + (ARRAY[0, 0, 0.5])[1 + pg_temp.dice(n, 6, 3)],
    CASE WHEN pg_temp.dice(n, 7, 20) > 0 THEN m.rent * (76 + 12 * beds + pg_temp.dice(n, 8, 16)) / 100 END,
    m.timezone, pg_temp.dice(n, 9, 14) = 0, pg_temp.dice(n, 10, 50) = 0, pg_temp.dice(n, 11, 14) > 0,
    pg_temp.dice(n, 12, 25) > 0, (%(managers)s::uuid[])[1 + pg_temp.dice(n, 13, 100)],
    (%(seniors)s::uuid[])[1 + pg_temp.dice(n, 14, 100)], begun, begun, %(admin)s, %(admin)s
FROM (
    SELECT n, pg_temp.dice(n, 1, 100) AS hundredth, unit, community, 2 + pg_temp.dice(n, 2, 3) - (unit IS NOT NULL)::int AS beds,
        CASE WHEN unit IS NULL THEN (10 + pg_temp.dice(n, 16, 9980)) || ' '
            || (%(streets)s::text[])[1 + pg_temp.dice(n, 17, cardinality(%(streets)s::text[]))]
            ELSE (100 + n / 400) || ' ' || near END AS street,
        pg_temp.office(pg_temp.today() - 1300 - pg_temp.dice(n, 18, 300), n, 19) AS begun
    FROM generate_series(%(first)s::bigint, %(first)s::bigint + %(count)s - 1) AS n, LATERAL (
        -- A tenth are flats, forty in a community.
        SELECT near, CASE WHEN mod(n, 10) = 0 THEN (101 + mod(n / 10, 40))::text END AS unit,
            CASE WHEN mod(n, 10) = 0 THEN near || ' Apartments' END AS community
        FROM (SELECT (%(streets)s::text[])[1 + mod(n / 400, cardinality(%(streets)s::text[]))] AS near) AS named
    ) AS flat
) AS home
JOIN seed_markets m ON home.hundredth BETWEEN m.low AND m.high
LEFT JOIN property_types t ON t.name = CASE WHEN unit IS NULL THEN 'Single family' ELSE 'Apartment' END
ORDER BY n
