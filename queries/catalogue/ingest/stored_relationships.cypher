// stored_relationships: how many relationships of each kind are stored, staged and closed ones included?
// params: none
// returns: relationship STRING, stored INTEGER
// bounds: one row a kind
// access: internal
MATCH ()-[e]->()
RETURN type(e) AS relationship, count(e) AS stored
ORDER BY relationship
