// stored_labels: how many nodes of each label are stored, staged and past ones included?
// params: none
// returns: label STRING, stored INTEGER
// bounds: one row a label that has any
// access: internal
MATCH (n)
UNWIND labels(n) AS label
RETURN label, count(n) AS stored
ORDER BY label
