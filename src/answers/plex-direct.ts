import { parseUrl } from "../url";

/** Whether these are four plain numbers: a URL's parser makes one of less, and of octal ones, too. */
function isIPv4(address: string): boolean {
  return /^\d+(?:\.\d+){3}$/.test(address) && parseUrl(`http://${address}`)?.hostname === address;
}

/**
 * The form in which one IP address is always written: IPv6 compressed and in lower case, an IPv4 address inside IPv6 as
 * itself. null for what is none, and for one with a zone (`fe80::1%eth0`), which means something on one machine alone.
 */
function canonicalAddress(address: string): string | null {
  if (!address.includes(":")) return isIPv4(address) ? address : null;
  const url = parseUrl(`http://[${address}]`);
  if (!url) return null;
  const { hostname } = url;
  const mapped = /^\[::ffff:([\da-f]+):([\da-f]+)\]$/.exec(hostname);
  if (!mapped) return hostname.replace(/^\[|\]$/g, "");
  const [high = 0, low = 0] = mapped.slice(1).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** All eight groups of a compressed IPv6 address, each of four digits: `2001:0db8:0000:…`. */
function expand(address: string): string {
  const [head = [], tail = []] = address.split("::").map((part) => part.split(":").filter(Boolean));
  const missing = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...missing, ...tail].map((group) => group.padStart(4, "0")).join(":");
}

/** Whether an address is good on its own link alone, and there with a zone, which no URL can hold. */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab][\da-f]:/i.test(address);
}

/** A label of a host name neither begins nor ends with a dash. */
const directName = /^([\da-f](?:[\da-f-]*[\da-f])?)\.[\da-f]{32}\.plex\.direct$/i;

/** The IP address in a name such as `192-168-1-10.<32 hex digits>.plex.direct`; null where there is none in it. */
export function readDirectAddress(hostname: string): string | null {
  const label = directName.exec(hostname)?.[1];
  if (label === undefined) return null;
  return canonicalAddress(label.replaceAll("-", /^\d+-\d+-\d+-\d+$/.test(label) ? "." : ":"));
}

/**
 * The names of an IP address below a server's own `<32 hex digits>.plex.direct`, for which its certificate is valid: the
 * address with dashes. Of IPv6 there are two: Plex's documents write it compressed (`2001-db8--1`), and a server was seen to
 * tell all groups in full (`2001-0db8-0000-…`). Each is read back: none for an address that no name can stand for.
 */
export function composeDirectNames(address: string, hash: string): string[] {
  const ip = canonicalAddress(address);
  if (ip === null || isLinkLocal(ip)) return [];
  const forms = ip.includes(":") ? [...new Set([ip, expand(ip)])] : [ip];
  const names = forms.map((form) => `${form.replace(/[.:]/g, "-")}.${hash}.plex.direct`);
  return names.filter((name) => readDirectAddress(name) === ip);
}

/** Whether an address is of a network of Docker's bridges (172.16.0.0/12), which other machines hardly ever reach. */
export function isDockerAddress(address: string): boolean {
  return /^172[.-](?:1[6-9]|2\d|3[01])[.-]/.test(address);
}
