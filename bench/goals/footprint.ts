import { megabytes, number } from "../report/text";
import type { Measurements } from "../results";
import { median } from "../statistics";
import type { Goal } from "./goal";

/** Bytes that a message which waits may take. */
const perWaiting = 2 * 1024;

/** Memory, and what loading and installing costs. */
export function footprintGoals({ waiting, loading, sizes }: Measurements): Goal[] {
  const held = median(waiting.map(({ now }) => now));
  const heldBefore = median(waiting.map(({ baseline }) => baseline));
  const time = median(loading.map((each) => each.time));
  const early = loading.filter(({ gotWhenLoaded }) => gotWhenLoaded).length;
  const late = loading.filter(({ gotAfterRequest }) => gotAfterRequest).length;
  const [, size] = sizes[0] ?? [];
  if (!size) throw new Error("The package was not measured.");
  const bytes = `${megabytes(size.bytes)} MB (${megabytes(size.disk)} MB in blocks of the disk)`;
  return [
    {
      goal: "memory for each message that waits in line: at most 2 KiB",
      measured: `${(held / 1024).toFixed(2)} KiB (the first build: ${(heldBefore / 1024).toFixed(2)})`,
      met: held <= perWaiting,
    },
    { goal: "the nodes loaded in at most 15 ms", measured: `${number(time)} ms`, met: time <= 15 },
    {
      goal: "got not loaded with them",
      measured: `in ${early} of ${loading.length} starts, with the first request in ${late}`,
      met: early === 0 && late === loading.length,
    },
    { goal: "installed for production: under 4 MB", measured: bytes, met: size.bytes < 4e6 },
    {
      goal: "installed for production: at most 30 packages",
      ...{ measured: String(size.packages), met: size.packages <= 30 },
    },
  ];
}
