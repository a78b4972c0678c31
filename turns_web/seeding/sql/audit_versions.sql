UPDATE turns t SET version = f.version, sub_status = f.said, updated_at = f.at
FROM (SELECT DISTINCT ON (id) id, version, said, at FROM further ORDER BY id, version DESC) AS f WHERE f.id = t.id
