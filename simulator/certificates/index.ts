import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TlsKeyPair } from "../types";

/** Certificates for HTTPS tests, as PEM text; make.sh beside them made them. */
export interface TestCertificates {
  /** The authority that signed the others; no system trusts it. */
  readonly ca: string;
  /** Good for localhost, 127.0.0.1 and ::1. */
  readonly server: TlsKeyPair;
  /** Like `server`, but over since 2021. */
  readonly expired: TlsKeyPair;
  /** Good for elsewhere.simulator.invalid only. */
  readonly wrongName: TlsKeyPair;
  /** Good for the same names as `server`, but signed by no authority. */
  readonly selfSigned: TlsKeyPair;
  /** Good for the same names as `server`, and signed by itself alone, with a key of 1024 bits. */
  readonly weak: TlsKeyPair;
}

/** Reads the certificates that lie in this folder. */
export function certificates(): TestCertificates {
  return {
    ca: read("ca"),
    server: pair("server"),
    expired: pair("expired"),
    wrongName: pair("wrong-name"),
    selfSigned: pair("self-signed"),
    weak: pair("weak"),
  };
}

function pair(name: string): TlsKeyPair {
  return { key: read(`${name}-key`), cert: read(name) };
}

function read(name: string): string {
  return readFileSync(join(__dirname, `${name}.pem`), "utf8");
}
