"""Who runs a sync and when: the port that a runner fills, the queue, the schedule, and a runner of threads."""
