/** The callbacks of a signal, called by the one listener that it has from us. */
const callbacksOf = new WeakMap<AbortSignal, Set<() => void>>();

function getCallbacks(signal: AbortSignal): Set<() => void> {
  const known = callbacksOf.get(signal);
  if (known) return known;
  const callbacks = new Set<() => void>();
  callbacksOf.set(signal, callbacks);
  const callAll = () => {
    for (const callback of callbacks) callback();
  };
  signal.addEventListener("abort", callAll, { once: true });
  return callbacks;
}

/** Whether one of the signals has aborted. */
export function isAborted(signals: readonly AbortSignal[]): boolean {
  return signals.some(({ aborted }) => aborted);
}

/**
 * Calls back when one of the signals aborts; a signal that has aborted already does not count. An EventTarget compares
 * a new listener with each one that it has, which thousands of waiting calls cannot afford, and `AbortSignal.any` lets
 * go of a caller's `AbortSignal.timeout` (Node.js 20): so each signal gets one listener, for good.
 * @returns a function that ends it
 */
export function onAbort(signals: readonly AbortSignal[], callback: () => void): () => void {
  for (const signal of signals) getCallbacks(signal).add(callback);
  return () => {
    for (const signal of signals) callbacksOf.get(signal)?.delete(callback);
  };
}
