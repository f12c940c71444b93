/** The namespace of the application's queues: `WaitingJobs`, told once a minute. */
export const QUEUE_NAMESPACE = "Godwit/Queue";
