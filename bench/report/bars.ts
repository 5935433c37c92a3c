/** One bar: what it stands for, how long it is, and what is written at its end. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly label: string;
  /** Whether it is what the chart is about. */
  readonly own?: boolean;
}

/** Bars that are compared to one another. */
export interface Panel {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const width = 760;
const [left, right, top] = [250, 150, 14];
const [titleHeight, barHeight, rowHeight, gap] = [28, 18, 26, 14];

/** With a background of its own: where the page is light and the reader's system dark, the letters stay readable. */
const style = `
  .back { fill: #ffffff; stroke: #d0d7de; }
  text { font: 14px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .bar { fill: #8c959f; }
  .own { fill: #b86e00; }
  @media (prefers-color-scheme: dark) {
    .back { fill: #0d1117; stroke: #30363d; }
    text { fill: #e6edf3; }
    .bar { fill: #6e7681; }
    .own { fill: #e5a00d; }
  }
`;

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text: string): string => text.replace(/[&<>"]/g, (letter) => escapes[letter] ?? letter);

function drawBar({ name, value, label, own = false }: Bar, longest: number, y: number): string {
  const length = Math.max(1, (value / longest) * (width - left - right));
  const line = y + barHeight - 4;
  return `  <text x="${left - 10}" y="${line}" text-anchor="end">${escape(name)}</text>
  <rect class="${own ? "own" : "bar"}" x="${left}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2"/>
  <text x="${(left + length + 8).toFixed(1)}" y="${line}">${escape(label)}</text>`;
}

/**
 * A picture of the panels, one below the other, for light and dark pages.
 * @param note stands below them
 */
export function drawPanels(description: string, panels: readonly Panel[], note = ""): string {
  const parts: string[] = [];
  let y = top;
  for (const { title, bars } of panels) {
    const longest = Math.max(...bars.map(({ value }) => value));
    parts.push(`  <text class="title" x="16" y="${y + 15}">${escape(title)}</text>`);
    y += titleHeight;
    for (const bar of bars) {
      parts.push(drawBar(bar, longest, y));
      y += rowHeight;
    }
    y += gap;
  }
  if (note !== "") {
    parts.push(`  <text x="16" y="${y + 12}">${escape(note)}</text>`);
    y += titleHeight;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img">
  <title>${escape(description)}</title>
  <style>${style}  </style>
  <rect class="back" x="0.5" y="0.5" width="${width - 1}" height="${y - 1}" rx="6"/>
${parts.join("\n")}
</svg>
`;
}
