// What PM2 runs: the release that `current` leads to, when the service is started.
const { realpathSync } = require("node:fs");

module.exports = {
  apps: [
    {
      name: "api",
      cwd: realpathSync("/srv/web/current"),
      script: process.env.WEB_SCRIPT,
      // One process: SQLite has one writer.
      exec_mode: "fork",
      max_memory_restart: "600M",
      kill_timeout: 10000,
      exp_backoff_restart_delay: 100,
      out_file: "/var/log/web/out.log",
      error_file: "/var/log/web/error.log",
      time: true,
    },
  ],
};
