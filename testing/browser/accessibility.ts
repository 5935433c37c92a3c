import { createRequire } from "node:module";
import type { Page } from "playwright-core";

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

interface AxeWindow {
  readonly axe: { run(context: object): Promise<{ violations: Violation[] }> };
}

const axe = createRequire(__filename).resolve("axe-core/axe.min.js");

/**
 * What axe finds serious or critical inside of some part of a page: each as a line that says what it is, and where.
 * @param exclude parts of it that the editor makes, not this package
 */
export async function findObstacles(page: Page, include: string, exclude: readonly string[] = []): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  const context = { include: [[include]], exclude: exclude.map((selector) => [selector]) };
  const violations = await page.evaluate(async (where) => {
    const result = await (globalThis as unknown as AxeWindow).axe.run(where);
    return result.violations.map(({ id, impact, nodes }) => {
      return { id, impact, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) };
    });
  }, context);
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return grave.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}
