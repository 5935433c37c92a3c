"use strict";

module.exports = {
  "node-option": ["import=tsx"],
  reporter: "./testing/closing-line-reporter.cjs",
  timeout: 10_000,
  // One process, one Node-RED runtime: a socket or timer that a test leaves behind keeps it from ending.
  exit: false,
};
