import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { certificates, faults, type Fault, type TlsKeyPair } from "../../simulator";
import type { PlexErrorCode } from "../../src";
import { identityOf, RecordingServer } from "./recording-server";

/** An address that is no good, and what trying it ends with. */
export interface HostileTarget {
  readonly name: string;
  readonly uri: string;
  readonly error: PlexErrorCode;
}

interface Misbehaviour {
  readonly error: PlexErrorCode;
  readonly answer: Fault;
  readonly tls?: TlsKeyPair;
}

/** A name that no DNS server is asked for: a label of more than 63 letters is none. */
export const impossibleHost = `${"nobody".repeat(11)}.invalid`;

/** All that a server can do in place of an answer, without and with TLS. */
function misbehaviours(machineIdentifier: string, bait: string): Readonly<Record<string, Misbehaviour>> {
  const identity = identityOf(machineIdentifier);
  const timeout = {
    hang: faults.hang(),
    "hang behind the status line": faults.raw("HTTP/1.1 200 OK\r\n", { keepOpen: true }),
    "hang in the body": faults.hangInBody(),
    drip: faults.slowDrip(40),
  };
  const unreachable = {
    reset: faults.reset(),
    "reset in the body": faults.resetInBody(),
    "close without an answer": faults.fin(),
    "close in the body": faults.finInBody(),
    "close in a chunked body": faults.finInChunkedBody(),
  };
  const redirected = {
    "redirect to itself": faults.redirect("/identity"),
    "redirect to another host": faults.redirect(`${bait}/identity`, 301),
    "redirect with the method kept": faults.redirect(`${bait}/identity?X-Plex-Token=`, 308),
    "redirect to a script": faults.redirect("javascript:alert(1)", 307),
  };
  const invalid = {
    "10 MB": faults.hugeJson(),
    "10 MB in chunks": faults.hugeChunkedJson(),
    "a gzip bomb": faults.gzipBomb(),
    "broken gzip": faults.corruptGzip(),
    "gzip that breaks off": faults.truncatedGzip(),
    "another server's identity": identityOf("f".repeat(40)),
    "an identity that is a list": faults.json({ MediaContainer: { machineIdentifier: [machineIdentifier] } }),
    "an identity in a list of itself": faults.json([{ MediaContainer: { machineIdentifier } }]),
    "an identity on a web page": faults.body(`<p>machineIdentifier="${machineIdentifier}"</p>`, "text/html"),
    "an identity that breaks off": faults.body(`{"MediaContainer":{"machineIdentifier":"${machineIdentifier}"`, null),
    "XML that breaks off": faults.xml(`<MediaContainer machineIdentifier="${machineIdentifier}"`),
    "a declared entity": faults.xml(
      `<!DOCTYPE a [<!ENTITY e "${machineIdentifier}">]><MediaContainer machineIdentifier="&e;"/>`,
    ),
    "no identity": faults.json({ MediaContainer: { size: 0 } }),
    "an empty answer": faults.body("", "application/json"),
    "no content": faults.noContent(),
    "another protocol": faults.notHttp(),
    "only early hints": faults.informational(),
    "a switch of protocols": faults.switchingProtocols(),
    "huge headers": faults.oversizedHeaders(),
  };
  const named = (error: PlexErrorCode, answers: Readonly<Record<string, Fault>>) =>
    Object.entries(answers).map(([name, answer]): [string, Misbehaviour] => [name, { error, answer }]);
  const statuses = {
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    418: "http-error",
    429: "rate-limited",
    503: "server-error",
  } as const;
  const { server, wrongName, expired } = certificates();
  return Object.fromEntries([
    ...named("timeout", timeout),
    ...named("unreachable", unreachable),
    ...named("redirected", redirected),
    ...named("invalid-response", invalid),
    ...Object.entries(statuses).map(([status, error]) => [status, { error, answer: faults.status(Number(status)) }]),
    ["a certificate of an unknown authority", { error: "tls", answer: identity, tls: server }],
    ["a certificate for another name", { error: "tls", answer: identity, tls: wrongName }],
    ["a certificate that is over", { error: "tls", answer: identity, tls: expired }],
  ]) as Record<string, Misbehaviour>;
}

/** A server that says nothing over TCP, or resets what comes. */
async function startTcp(take: (socket: Socket) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    take(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Running servers of which none is the one that is asked for, and addresses behind which there is none. */
export class HostileTargets {
  /** What all of them were sent. */
  readonly servers: RecordingServer[] = [];
  readonly all: HostileTarget[] = [];
  readonly #resetting: Server;

  private constructor(
    /** Where redirects lead: nobody has anything to ask there. */
    readonly bait: RecordingServer,
    resetting: Server,
  ) {
    this.#resetting = resetting;
  }

  /** Starts them. */
  static async start(machineIdentifier: string): Promise<HostileTargets> {
    const bait = await RecordingServer.start(identityOf(machineIdentifier));
    const resetting = await startTcp((socket) => socket.resetAndDestroy());
    const targets = new HostileTargets(bait, resetting);
    for (const [name, misbehaviour] of Object.entries(misbehaviours(machineIdentifier, bait.url))) {
      const { error, answer, tls } = misbehaviour;
      const server = await RecordingServer.start(answer, tls && { tls });
      targets.servers.push(server);
      targets.all.push({ name, uri: server.url, error });
    }
    const gone = await RecordingServer.start();
    const { url: refused } = gone;
    await gone.close();
    const { port } = resetting.address() as AddressInfo;
    targets.all.push(
      { name: "nobody", uri: refused, error: "unreachable" },
      { name: "a reset before anything", uri: `http://127.0.0.1:${port}`, error: "unreachable" },
      { name: "a reset before TLS", uri: `https://127.0.0.1:${port}`, error: "unreachable" },
      { name: "https to a port of http", uri: bait.url.replace("http:", "https:"), error: "tls" },
      { name: "a name that nobody has", uri: `http://${impossibleHost}:32400`, error: "unreachable" },
      { name: "a name in other letters", uri: `https://${"ü".repeat(64)}.invalid:32400`, error: "unreachable" },
    );
    return targets;
  }

  /** How many connections are open to them. */
  get openSockets(): number {
    return [this.bait, ...this.servers].reduce((sum, { openSockets }) => sum + openSockets, 0);
  }

  /** Everything that was sent to them. */
  get bytes(): string {
    return [this.bait, ...this.servers].map(({ bytes }) => bytes).join("\n");
  }

  /** Stops them. */
  async close(): Promise<void> {
    await Promise.all([this.bait, ...this.servers].map((server) => server.close()));
    await new Promise((resolve) => this.#resetting.close(resolve));
  }
}
