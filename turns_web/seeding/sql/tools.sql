-- A throw that is the same in every database: `sides` sides, for row `n`, told apart by `salt`.
CREATE FUNCTION pg_temp.dice(n bigint, salt integer, sides integer) RETURNS integer LANGUAGE sql IMMUTABLE
RETURN mod(hashint8extended(n, salt) & 4503599627370495, sides::bigint)::integer;

CREATE FUNCTION pg_temp.today() RETURNS date LANGUAGE sql STABLE
RETURN (now() AT TIME ZONE 'America/Los_Angeles')::date;

-- A moment in office hours of this day.
CREATE FUNCTION pg_temp.office(day date, n bigint, salt integer) RETURNS timestamptz LANGUAGE sql STABLE
RETURN (day::timestamp + make_interval(hours => 8, mins => mod(hashint8extended(n, salt) & 4503599627370495,
    540::bigint)::integer)) AT TIME ZONE 'America/Los_Angeles';
