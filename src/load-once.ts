/**
 * A function that loads something with its first call and gives the same to all later ones. What could not be loaded is
 * loaded again by the next call, which may succeed, as where no more files could be opened.
 */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () =>
    (loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    }));
}
