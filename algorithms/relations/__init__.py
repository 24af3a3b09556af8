"""Who belongs together 关联关系: related parties, connected clients, circles and clusters, each with its grounds."""
