import { type FailureDetail, PlexError } from "../errors";

/** What OpenSSL says of a certificate for which Node.js has no code of its own. */
const noCodeOfItsOwn = "UNSPECIFIED";

const tlsCode =
  /^(?:ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO$|CERT_|CRL_|ERROR_IN_C|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH|UNSPECIFIED$)/;

/** No authority that this machine knows vouches for the certificate. */
const untrusted = /^(?:UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_UNTRUSTED$|CERT_REJECTED$|INVALID_CA$)/;

function tls(what: string, hint: string, detail?: FailureDetail): PlexError {
  return new PlexError({ code: "tls", what, hint, detail });
}

function unspecifiedError(message: string): PlexError {
  // Key or signature, of the certificate itself or of an authority (X509_verify_cert_error_string of OpenSSL 3).
  if (message.endsWith(" too weak")) {
    return tls(
      "The key or signature of the server's certificate, or of its authority, is too weak for this version of Node.js.",
      "Make a new certificate, with an RSA key of at least 2048 bits and SHA-256, or use the server's https://….plex.direct address.",
      "weak-certificate",
    );
  }
  return tls(
    "The server's certificate was refused for a reason that Node.js does not name.",
    "Make a new certificate for the server, or use its https://….plex.direct address.",
  );
}

/** Whether this code of Node.js is about TLS. */
export function isTlsError(code: string): boolean {
  return tlsCode.test(code);
}

/**
 * What to say of a TLS connection that did not come about.
 * @param message of Node.js, which is looked at where the code tells nothing, and never shown
 * @returns a `tls` error
 */
export function tlsError(code: string, message: string): PlexError {
  if (code === noCodeOfItsOwn) return unspecifiedError(message);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return tls(
      "The server's certificate is for another name than the one in the server URL.",
      "Use the server's https://….plex.direct address, or http:// if Secure connections is not set to Required.",
    );
  }
  if (code === "EPROTO" || code.startsWith("ERR_")) {
    return tls(
      "The TLS handshake with the server failed.",
      "Use http:// in the server URL if this port does not speak https, or see the TLS settings on both sides.",
    );
  }
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") {
    return tls(
      "The server's certificate is not valid at this time.",
      "Renew the certificate, and see whether the clocks of both machines are right.",
    );
  }
  if (untrusted.test(code)) {
    return tls(
      "The server's certificate is not one that this machine trusts.",
      "Add the certificate authority in a tls-config node, or use the server's https://….plex.direct address.",
    );
  }
  return tls(
    `The server's certificate was refused (${code}).`,
    "Make a new certificate for the server, or use its https://….plex.direct address.",
  );
}
