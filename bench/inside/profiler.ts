import { Session, type Profiler as Inspector, type Runtime } from "node:inspector";

/** Where the CPU time went. */
export interface ProfileSummary {
  /** Parts of the busy time by package, the largest first. */
  readonly packages: readonly Share[];
  /** Parts of the busy time by function (its own time only), the largest first. */
  readonly functions: readonly Share[];
}

/** A part of the busy time, from 0 to 1. */
export interface Share {
  readonly name: string;
  readonly part: number;
}

const longest = 12;
/** Not work: waiting, and the profiler itself being started. */
const leftOut = new Set(["(idle)", "dispatch"]);

/** The package that a script belongs to: the one of the innermost node_modules, or Node.js itself. */
function packageOf(url: string): string {
  if (url === "") return "V8 and native code";
  if (url.startsWith("node:")) return "node";
  const inside = url.split("/node_modules/").at(-1);
  if (inside === undefined || inside === url) return url.includes("/.cache/bench/") ? "bench" : "function nodes";
  return inside.split("/", inside.startsWith("@") ? 2 : 1).join("/");
}

function nameOf({ functionName, url, lineNumber }: Runtime.CallFrame): string {
  const file = url.split("/").at(-1) ?? "";
  const place = url === "" ? "" : ` (${packageOf(url)} ${file.replace("node:", "")}:${lineNumber + 1})`;
  return `${(functionName || "anonymous").replace(/[()]/g, "")}${place}`;
}

function shares(times: ReadonlyMap<string, number>, total: number): Share[] {
  const all = [...times].map(([name, time]) => ({ name, part: time / total }));
  return all.sort((one, other) => other.part - one.part).slice(0, longest);
}

function summarise({ nodes, samples = [], timeDeltas = [] }: Inspector.Profile): ProfileSummary {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  const add = (to: Map<string, number>, name: string, time: number) => to.set(name, (to.get(name) ?? 0) + time);
  let total = 0;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    const time = timeDeltas[index] ?? 0;
    if (!frame || leftOut.has(frame.functionName)) return;
    total += time;
    add(packages, frame.functionName === "(garbage collector)" ? "garbage collector" : packageOf(frame.url), time);
    add(functions, nameOf(frame), time);
  });
  return { packages: shares(packages, total), functions: shares(functions, total) };
}

/** The same of times by file, in ms. */
export function summariseFiles(times: ReadonlyMap<string, number>): ProfileSummary {
  const [packages, files] = [new Map<string, number>(), new Map<string, number>()];
  let total = 0;
  for (const [path, time] of times) {
    const url =
      path.includes("/") || path.includes("\\") ? path.replaceAll("\\", "/") : `node:${path.replace("node:", "")}`;
    const name = packageOf(url);
    packages.set(name, (packages.get(name) ?? 0) + time);
    files.set(`${url.split("/").slice(-2).join("/")} (${name})`, time);
    total += time;
  }
  return { packages: shares(packages, total), functions: shares(files, total) };
}

/** What `node --cpu-prof` does, for a stretch of time. Its calls come back before they return: the session is local. */
export class Profiler {
  readonly #session = new Session();

  start(): void {
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.start");
  }

  stop(): ProfileSummary | null {
    let summary: ProfileSummary | null = null;
    this.#session.post("Profiler.stop", (error, result) => {
      if (!error) summary = summarise(result.profile);
    });
    this.#session.disconnect();
    return summary;
  }
}
