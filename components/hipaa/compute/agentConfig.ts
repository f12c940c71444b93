/** Where the application and what prepares it write; each file becomes a stream of the log group. */
const LOG_FILES = ["/var/log/application/*.log", "/var/log/cloud-init-output.log"];

/** The namespace of what the instances' agents measure. */
export const INSTANCE_NAMESPACE = "Godwit/Instances";

/** The CloudWatch agent's own settings: the application's log, and memory and disk, which EC2 does not measure. */
export function agentConfig(logGroup: string): object {
  return {
    agent: { metrics_collection_interval: 60, run_as_user: "root" },
    logs: {
      logs_collected: {
        files: {
          collect_list: LOG_FILES.map((file_path) => ({
            file_path,
            log_group_name: logGroup,
            log_stream_name: "{instance_id}",
          })),
        },
      },
    },
    metrics: {
      namespace: INSTANCE_NAMESPACE,
      append_dimensions: { AutoScalingGroupName: "${aws:AutoScalingGroupName}" },
      aggregation_dimensions: [["AutoScalingGroupName"]],
      metrics_collected: {
        mem: { measurement: ["mem_used_percent"] },
        disk: { measurement: ["used_percent"], resources: ["/"] },
      },
    },
  };
}
