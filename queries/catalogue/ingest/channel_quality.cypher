// channel_quality: how good were the household records of each delivery, by collection channel?
// params: $known_run INTEGER
// returns: source STRING, dataset STRING, channels STRING
// bounds: a row a file of households
// access: admin
MATCH (r:LoadRun)
WHERE r.state = 'PUBLISHED' AND r.number <= $known_run AND r.channels IS NOT NULL
RETURN r.source AS source, r.dataset AS dataset, r.channels AS channels
ORDER BY r.number
