import { mkdir, writeFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import type { Locator, Page } from "playwright-core";
import { shrink } from "./png";

const root = resolve(__dirname, "..");
const folder = resolve(root, "docs/pictures");

/** Bytes: the README is read over slow connections, too. */
const heaviest = 150_000;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest part of the page that all of these are in, with some space around them. */
async function around(page: Page, parts: readonly Locator[], space: number): Promise<Box> {
  const boxes = await Promise.all(parts.map((part) => part.boundingBox()));
  const seen = boxes.filter((box) => box !== null);
  const size = page.viewportSize() ?? { width: 0, height: 0 };
  const left = Math.max(0, Math.min(...seen.map(({ x }) => x)) - space);
  const top = Math.max(0, Math.min(...seen.map(({ y }) => y)) - space);
  const right = Math.min(size.width, Math.max(...seen.map(({ x, width }) => x + width)) + space);
  const bottom = Math.min(size.height, Math.max(...seen.map(({ y, height }) => y + height)) + space);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Takes pictures of a page, whose names end with something of their own, such as "-dark". */
export class Camera {
  constructor(
    readonly page: Page,
    readonly suffix: string,
  ) {}

  /** Nothing under the mouse, so that no tooltip shows, and no message of the editor over the picture. */
  async #tidy(): Promise<void> {
    const { page } = this;
    await page.mouse.move(1, 1);
    for (const passing of [".red-ui-popover", ".red-ui-notification"]) {
      // Tooltips come late and messages go slowly, and there may be several of them.
      await page.waitForFunction((selector) => {
        const { $ } = globalThis as unknown as { $: (selector: string) => { length: number } };
        return $(`${selector}:visible`).length === 0;
      }, passing);
    }
  }

  /**
   * Takes a picture of the part of the page that all of these are in.
   * @param space px to leave around them
   */
  async take(name: string, parts: readonly Locator[], space = 0): Promise<void> {
    await this.#tidy();
    const clip = await around(this.page, parts, space);
    const picture = shrink(await this.page.screenshot({ clip, animations: "disabled", caret: "hide" }));
    const path = resolve(folder, `${name}${this.suffix}.png`);
    await mkdir(folder, { recursive: true });
    await writeFile(path, picture);
    console.log(`${relative(root, path)}: ${Math.ceil(picture.length / 1000)} kB`);
    if (picture.length > heaviest) throw new Error(`${path} is too heavy: crop it more.`);
  }
}
