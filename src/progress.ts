/** Where a call stands: a request of it is in flight, or it waits to try again. */
export type CallState = "asking" | "retrying";

/** What a call tells while it is in flight. */
export interface ProgressListener {
  /** Told how much is done, of how much; the total is undefined where nobody knows it. */
  readonly onProgress?: ((done: number, total?: number) => void) | undefined;
  /** Told when it begins to wait before another attempt, and when that attempt begins. */
  readonly onStateChange?: ((state: CallState) => void) | undefined;
}
