import type { Exchange } from "../types";

/** Reads what a request carries besides its headers: query, form fields and JSON properties, as Plex mixes them. */
export async function readFields({ request, req }: Exchange): Promise<URLSearchParams> {
  const fields = new URLSearchParams(request.query);
  const chunks: Buffer[] = [];
  for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  const isJson = request.headers["content-type"]?.includes("json") === true;
  for (const [name, value] of isJson ? jsonFields(text) : new URLSearchParams(text)) fields.set(name, value);
  return fields;
}

function jsonFields(text: string): [string, string][] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? Object.entries(value).map(([name, field]) => [name, String(field)])
      : [];
  } catch {
    return [];
  }
}
