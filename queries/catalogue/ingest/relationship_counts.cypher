// relationship_counts: how many facts of each kind are known, of the classes that the caller sees?
// params: $known_run INTEGER, $audiences LIST<STRING>
// returns: relationship STRING, facts INTEGER
// bounds: one row a kind
// access: admin
MATCH ()-[e]->()
WHERE e.audience IN $audiences AND e.run <= $known_run AND (e.closed_run IS NULL OR e.closed_run > $known_run)
RETURN type(e) AS relationship, count(e) AS facts
ORDER BY relationship
