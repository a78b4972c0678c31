-- The homes of the turns just begun know their move-out, and a sixth the next move-in: an ordinary update, with version.
UPDATE properties p SET move_out_date = l.move_out,
    move_in_date = CASE WHEN pg_temp.dice(l.n, 23, 6) = 0 THEN greatest(l.expected, pg_temp.today()) + pg_temp.dice(l.n, 24, 20)
        ELSE p.move_in_date END
FROM life l WHERE l.home = p.id
