import { type Link, LinkedList } from "./linked-list";

/** What ends when a signal aborts. */
export interface Abortable {
  readonly abort: () => void;
}

/** Where a target waits for its signals. */
export type AbortLinks = readonly Link<Abortable>[];

/** What listens to a signal, through the one listener that the signal has from us. */
const listenersOf = new WeakMap<AbortSignal, LinkedList<Abortable>>();

function getListeners(signal: AbortSignal): LinkedList<Abortable> {
  const known = listenersOf.get(signal);
  if (known) return known;
  const listeners = new LinkedList<Abortable>();
  listenersOf.set(signal, listeners);
  const abortAll = () => {
    for (let listener = listeners.shift(); listener; listener = listeners.shift()) listener.abort();
  };
  signal.addEventListener("abort", abortAll, { once: true });
  return listeners;
}

/** Whether one of the signals has aborted. */
export function isAborted(signals: readonly AbortSignal[]): boolean {
  return signals.some(({ aborted }) => aborted);
}

/**
 * Ends something when one of the signals aborts; a signal that has aborted already does not count. An EventTarget compares
 * a new listener with each one that it has, which thousands of waiting calls cannot afford, and `AbortSignal.any` lets
 * go of a caller's `AbortSignal.timeout` (Node.js 20): so each signal gets one listener, for good.
 * @returns what {@link ignoreAbort} takes
 */
export function onAbort(signals: readonly AbortSignal[], target: Abortable): AbortLinks {
  return signals.map((signal) => getListeners(signal).add(target));
}

/** Ends what {@link onAbort} has begun. */
export function ignoreAbort(links: AbortLinks): void {
  for (const link of links) link.remove();
}
