import { names } from "../goals";
import { compareFrames } from "../goals/events";
import { comparePages } from "../goals/request";
import type { Results } from "../results";
import { spread } from "../statistics";
import { number, range, table } from "./text";

/** What a page of a library costs. */
export function pageTable({ pages }: Results): string {
  const figures = [
    ["time, ms", "time", 1],
    ["CPU, ms", "cpu", 1],
    ["peak of the process, MB", "peak", 1e-6],
    ["of which above the start, MB", "growth", 1e-6],
  ] as const;
  const lines = figures.map(([title, figure, unit]) => [
    title,
    ...pages.map(({ rounds }) => range(spread(rounds.map((sample) => sample[figure] * unit)))),
    range(comparePages(pages, figure)),
  ]);
  return table(["", ...pages.map(({ name }) => name), "×"], lines);
}

/** What a frame costs. */
export function eventsTable({ events }: Results): string {
  const rows = events?.rows ?? [];
  const lines = rows.map(({ name, kind, cpu, messages }) => [
    `${name}, ${kind}`,
    range(spread(cpu)),
    range(compareFrames(rows, kind, name, names.webSocket)),
    range(compareFrames(rows, kind, name, names.listener)),
    number(spread(messages).median),
  ]);
  const compared = [`× ${names.webSocket}`, `× ${names.listener}`];
  return table(["", "CPU µs for a frame", ...compared, "messages of 1,000 frames"], lines);
}

/** How late a message is, and what a scan leaves behind. */
export function latencyTable({ events }: Results): string {
  const { latencies = [], scans = [] } = events ?? {};
  const lines = [
    ["from a frame to its message, p50, ms", range(spread(latencies.map(({ p50 }) => p50)))],
    ["the same, p99, ms", range(spread(latencies.map(({ p99 }) => p99)))],
    ["5,000 frames of a scan: messages", range(spread(scans.map(({ messages }) => messages)))],
    ["the same: heap, KiB", range(spread(scans.map(({ growth }) => growth / 1024)))],
  ];
  return table(["", "median (least–most)"], lines);
}
