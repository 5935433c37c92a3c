import Module from "node:module";
import { performance } from "node:perf_hooks";

interface Loader {
  _load: (request: string, parent: unknown, isMain: boolean) => unknown;
  _resolveFilename: (request: string, parent: unknown) => string;
}

type Register = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Times how long Node-RED's loader needs for the node files in a folder: to require each, and to let it register its
 * type. The times, in ms by file name, appear in what is returned.
 */
export function timeLoading(folder: string): Readonly<Record<string, number>> {
  const times: Record<string, number> = {};
  const loader = Module as unknown as Loader;
  const load = loader._load.bind(loader);
  loader._load = (request, parent, isMain) => {
    const [, name] = request.replaceAll("\\", "/").split(folder);
    if (name === undefined) return load(request, parent, isMain);
    const start = performance.now();
    const register = load(request, parent, isMain) as Register;
    times[name] = performance.now() - start;
    return function timed(this: unknown, ...args: unknown[]) {
      const registerStart = performance.now();
      const result = register.apply(this, args);
      times[name] = (times[name] ?? 0) + performance.now() - registerStart;
      return result;
    };
  };
  return times;
}

/** Set where the time of each module is wanted too, which takes some time itself. */
export const eachModule = "BENCH_EACH_MODULE";

/**
 * Times how long each module takes that is loaded with the node files in a folder, without those that it loads. The
 * times, in ms by file, appear in what is returned.
 */
export function timeModules(folder: string): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  const loader = Module as unknown as Loader;
  const load = loader._load.bind(loader);
  /** The time that what is being loaded has spent in others, the innermost last; empty outside of the folder. */
  const inOthers: number[] = [];
  loader._load = (request, parent, isMain) => {
    if (inOthers.length === 0 && !request.replaceAll("\\", "/").includes(folder)) return load(request, parent, isMain);
    const file = loader._resolveFilename(request, parent);
    const start = performance.now();
    inOthers.push(0);
    try {
      return load(request, parent, isMain);
    } finally {
      const time = performance.now() - start;
      const others = inOthers.pop() ?? 0;
      times.set(file, (times.get(file) ?? 0) + time - others);
      const outer = inOthers.pop();
      if (outer !== undefined) inOthers.push(outer + performance.now() - start);
    }
  };
  return times;
}
