import Module from "node:module";
import { performance } from "node:perf_hooks";

interface Loader {
  _load: (request: string, parent: unknown, isMain: boolean) => unknown;
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
