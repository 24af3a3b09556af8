// relationship_counts: how many facts of each kind are known?
// params: $known_run INTEGER
// returns: relationship STRING, facts INTEGER
// bounds: one row a kind
// access: admin
MATCH ()-[e]->()
WHERE e.run <= $known_run AND (e.closed_run IS NULL OR e.closed_run > $known_run)
RETURN type(e) AS relationship, count(e) AS facts
ORDER BY relationship
