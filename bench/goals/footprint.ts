import { megabytes, number } from "../report/text";
import type { Figures } from "../results";
import { median } from "../statistics";
import type { Goal } from "./goal";
import { names } from "./names";

/** Bytes that a message which waits may take. */
const perWaiting = 2 * 1024;
const kibibytes = (bytes: number): string => (bytes / 1024).toFixed(2);

/** Memory for what waits. */
export function waitingGoals({ waiting }: Figures): Goal[] {
  if (waiting.length === 0) return [];
  const held = median(waiting.map(({ now }) => now));
  const before = waiting.flatMap(({ baseline }) => (baseline === undefined ? [] : [baseline]));
  const compared = before.length > 0 ? ` (the first build: ${kibibytes(median(before))})` : "";
  return [
    {
      goal: "memory for each message that waits in line: at most 2 KiB",
      ...{ measured: `${kibibytes(held)} KiB${compared}`, met: held <= perWaiting },
    },
  ];
}

/** What loading the nodes costs. */
export function loadingGoals({ loading }: Pick<Figures, "loading">): Goal[] {
  if (loading.length === 0) return [];
  const time = median(loading.map((each) => each.time));
  const early = loading.filter(({ gotWhenLoaded }) => gotWhenLoaded).length;
  const late = loading.filter(({ gotAfterRequest }) => gotAfterRequest).length;
  return [
    {
      goal: "the nodes loaded into a running Node-RED in at most 15 ms",
      ...{ measured: `${number(time)} ms`, met: time <= 15, explainedBy: [names.loading] },
    },
    {
      goal: "got not loaded with them",
      measured: `in ${early} of ${loading.length} starts, with the first request in ${late}`,
      met: early === 0 && late === loading.length,
    },
  ];
}

/** What an installation takes up. */
export function sizeGoals({ sizes }: Figures): Goal[] {
  const [, size] = sizes[0] ?? [];
  if (!size) return [];
  const bytes = `${megabytes(size.bytes)} MB (${megabytes(size.disk)} MB in blocks of the disk)`;
  return [
    { goal: "installed for production: under 4 MB", measured: bytes, met: size.bytes < 4e6 },
    {
      goal: "installed for production: at most 30 packages",
      ...{ measured: String(size.packages), met: size.packages <= 30 },
    },
  ];
}
