-- How large rows are in fact: psql … -f bench/rows.sql, on a database that calls were made on. The figures of docs/scale.md.
-- bytes_a_row is everything (table, TOAST, indexes) over the live rows; the second part is without the indexes.
ANALYZE;
SELECT n.nspname || '.' || c.relname AS table, c.reltuples::bigint AS rows,
       round(pg_total_relation_size(c.oid) / greatest(c.reltuples, 1)) AS bytes_a_row,
       round((pg_total_relation_size(c.oid) - pg_indexes_size(c.oid)) / greatest(c.reltuples, 1)) AS without_indexes,
       (SELECT count(*) FROM pg_index i WHERE i.indrelid = c.oid) AS indexes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('llm', 'tokenstore', 'userauth', 'planner', 'agent', 'forum', 'notification') AND c.reltuples > 100
ORDER BY 1;
