import { once } from "node:events";
import { isIP, type Socket } from "node:net";
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from "node:tls";
import { composeDirectNames } from "../answers";
import { authoritiesOnly, connectToName, type TlsOptions } from "../http";
import { readServerUrl, trimSlashes } from "../settings";

const plexDirectName = /^\*\.([0-9a-f]{32})\.plex\.direct$/i;

/** What stands behind a port that speaks TLS. */
export interface TlsEndpoint {
  /** The 32 hex digits in a certificate for `*.<hash>.plex.direct`; null for any other certificate. */
  readonly hash: string | null;
  /** The IP address that answered. */
  readonly address: string;
  /** Whether the certificate is for the host that was asked. */
  readonly named: boolean;
  /** Whether it is, and comes from an authority that is trusted. */
  readonly trusted: boolean;
}

/** How to look at a server's certificate. */
export interface InspectOptions {
  /** URL of the server; its scheme does not matter. */
  readonly url: string;
  /** Of these, only the authorities are used. */
  readonly tls?: TlsOptions | undefined;
  readonly signal?: AbortSignal | undefined;
  /** ms until the end of the handshake. */
  readonly timeout: number;
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

function findHash({ subjectaltname = "", subject }: Partial<PeerCertificate>): string | null {
  const names = subjectaltname.split(", ").map((entry) => entry.replace(/^DNS:/, ""));
  const common = [subject?.CN ?? []].flat();
  for (const name of [...names, ...common]) {
    const hash = plexDirectName.exec(name)?.[1];
    if (hash !== undefined) return hash.toLowerCase();
  }
  return null;
}

function describe(socket: TLSSocket, host: string): TlsEndpoint | null {
  const certificate = socket.getPeerCertificate() as Partial<PeerCertificate>;
  if (socket.remoteAddress === undefined || certificate.subject === undefined) return null;
  return {
    hash: findHash(certificate),
    address: socket.remoteAddress.replace(/^::ffff:(?=\d+\.)/, ""),
    named: checkServerIdentity(host, certificate as PeerCertificate) === undefined,
    trusted: socket.authorized,
  };
}

/**
 * Looks at the certificate of the server at this address, whatever it is: nothing is sent over the connection, so
 * nothing needs to be verified. Never rejects.
 * @returns null where nothing speaks TLS
 */
export async function inspectTls({ url, tls, signal, timeout }: InspectOptions): Promise<TlsEndpoint | null> {
  const target = new URL(url);
  const host = bareHost(target);
  const port = Number(target.port) || (target.protocol === "https:" ? 443 : 80);
  if (signal?.aborted) return null;
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort();
  }, timeout);
  const end = signal ? AbortSignal.any([controller.signal, signal]) : controller.signal;
  let open: Socket | undefined;
  try {
    if (isIP(host) === 0) open = await connectToName({ host, port }, end);
    const way = open ? { socket: open, servername: host } : { host, port };
    const socket = connect({ ...authoritiesOnly(tls), ...way, rejectUnauthorized: false });
    socket.on("error", () => undefined);
    // What is below goes with it.
    open = socket;
    await once(socket, "secureConnect", { signal: end });
    return describe(socket, host);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    open?.destroy();
  }
}

/**
 * The addresses under which a certificate for `*.<hash>.plex.direct` is valid, by the IP address that answered: one for
 * IPv4, two for IPv6, none for an address of one link alone. Each has been read back.
 */
export function composePlexDirectUrls(url: string, { hash, address }: TlsEndpoint): string[] {
  const target = new URL(url);
  const host = bareHost(target);
  if (hash === null) return [];
  const port = target.port === "" ? "" : `:${target.port}`;
  // Without a port, http means 80, and https at that port has to say so.
  const told = port === "" && target.protocol === "http:" ? ":80" : port;
  const path = trimSlashes(target.pathname);
  const names = composeDirectNames(isIP(host) === 0 ? address : host, hash);
  return names.map((name) => `https://${name}${told}${path}`).filter((each) => readServerUrl(each) === each);
}
