// One worker a processor; a new version takes over worker by worker.
module.exports = {
  apps: [
    {
      name: "application",
      script: "dist/index.js",
      instances: "max",
      exec_mode: "cluster",
      kill_timeout: 30_000,
      listen_timeout: 30_000,
      max_memory_restart: "1G",
      out_file: "/var/log/application/out.log",
      error_file: "/var/log/application/error.log",
      merge_logs: true,
    },
  ],
};
