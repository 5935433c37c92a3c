import { commandIds } from "./player";

/** A path with an encoded query added to its own. */
export function withQuery(path: string, query: string): string {
  if (query === "") return path;
  return `${path}${path.includes("?") ? "&" : "?"}${query}`;
}

/** The names in the query of an address. */
export function queryNames(path: string): string[] {
  const [, ...query] = path.split("?");
  return [...new URLSearchParams(query.join("?")).keys()];
}

/** The address with a `commandID`, where the flow has given none. */
export function withCommandId(path: string): string {
  if (queryNames(path).some((name) => name.toLowerCase() === "commandid")) return path;
  return withQuery(path, `commandID=${commandIds.next()}`);
}
