type Task = () => void | Promise<void>;

/** What has to be undone at the end, last things first, whatever else goes wrong. */
export class Cleanup {
  readonly #tasks: Task[] = [];
  #running: Promise<void> | undefined;

  /** Remembers how to undo what has just been done. */
  add(task: Task): void {
    this.#tasks.push(task);
  }

  /** Undoes everything; a second call waits for the first. */
  run(): Promise<void> {
    this.#running ??= this.#undo();
    return this.#running;
  }

  async #undo(): Promise<void> {
    for (const task of this.#tasks.reverse()) {
      try {
        await task();
      } catch {
        // What cannot be undone must not keep the rest from being undone.
      }
    }
  }
}
