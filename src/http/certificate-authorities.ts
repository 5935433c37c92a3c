import * as tls from "node:tls";
import type { TlsOptions } from "./agent";

/** The authorities that Node.js trusts by itself; newer versions also tell of those that were added to it. */
function defaultAuthorities(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: "default") => string[] };
  return getCACertificates?.("default") ?? tls.rootCertificates;
}

/**
 * TLS settings that are meant for one server, as far as they hold for others: the authorities it brings are trusted
 * besides the ordinary ones, and neither its name nor a client certificate is used.
 */
export function authoritiesOnly({ ca }: TlsOptions = {}): TlsOptions {
  if (ca === undefined) return {};
  return { ca: [...defaultAuthorities(), ...[ca].flat()] };
}
