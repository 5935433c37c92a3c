import type { Fault, FaultFilter, RecordedRequest } from "../types";

interface QueuedFault {
  readonly fault: Fault;
  readonly filter: FaultFilter;
  remaining: number;
}

/** What the listeners share: the requests that came in, and the faults that wait for one. */
export class Journal {
  readonly requests: RecordedRequest[] = [];
  #queue: QueuedFault[] = [];

  /** Puts a fault at the end of the queue. */
  add(fault: Fault, filter: FaultFilter): void {
    this.#queue.push({ fault, filter, remaining: filter.times ?? 1 });
  }

  /** Takes the first fault that is meant for this request, and counts it down. */
  take(request: RecordedRequest): Fault | undefined {
    const queued = this.#queue.find((candidate) => matches(candidate.filter, request));
    if (!queued) return undefined;
    queued.remaining -= 1;
    if (queued.remaining <= 0) this.#queue = this.#queue.filter((other) => other !== queued);
    return queued.fault;
  }

  /** How many faults still wait for a request. */
  get pending(): number {
    return this.#queue.length;
  }

  /** Forgets all waiting faults. */
  clear(): void {
    this.#queue = [];
  }
}

function matches({ server, method, path, when }: FaultFilter, request: RecordedRequest): boolean {
  if (server !== undefined && server !== request.server) return false;
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (typeof path === "string" && path !== request.path) return false;
  if (path instanceof RegExp && request.path.search(path) < 0) return false;
  return when === undefined || when(request);
}
