import { setImmediate as nextTurn } from "node:timers/promises";
import { readTransientToken } from "./answers";
import { createOfflineAgent, HttpClient, identityHeaders } from "./http";

/** As many as make V8 compile most of what a call runs; for a few percent more it would have to be thousands. */
const calls = 200;

/**
 * Loads the HTTP library and runs what a request runs, against an agent that opens no connection: the first real request
 * need not wait for that, which takes a Raspberry Pi seconds. One call a turn of the event loop, so that others get on.
 * Never rejects; ends early when the signal aborts.
 * @returns whether all of it was done
 */
export async function warmUp(signal: AbortSignal): Promise<boolean> {
  const client = new HttpClient({
    url: "http://127.0.0.1",
    token: "",
    headers: identityHeaders({ clientIdentifier: "warm-up" }),
    timeout: 60_000,
    retries: 0,
    proxy: "",
    agent: createOfflineAgent('{"MediaContainer":{"size":0,"token":"none"}}'),
  });
  const path = "/security/token?type=delegation&scope=all";
  try {
    for (let call = 0; call < calls; call += 1) {
      await client.request({ path, methods: ["POST", "GET"], read: readTransientToken, signal });
      await nextTurn();
    }
    return true;
  } catch {
    // Closed, or the library is broken: the first real request will say so.
    return false;
  } finally {
    client.close();
  }
}
