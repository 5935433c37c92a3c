"use strict";

const { reporters, Runner } = require("mocha");

/**
 * Mocha's spec reporter, closed by one plain line that people and machines read alike:
 * `N passed, N failed, N skipped`, after each skipped test and its reason.
 */
module.exports = class ClosingLineReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => {
      skipped.push(`skipped: ${test.fullTitle()} (${test.skipReason ?? "no reason given"})`);
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      for (const line of skipped) process.stdout.write(`${line}\n`);
      process.stdout.write(`${passes} passed, ${failures} failed, ${skipped.length} skipped\n`);
    });
  }
};
