/**
 * A text as a URL; null where it is none. Not `URL.canParse`: once Node.js 20 has optimised it, after some thousands of
 * calls, it says no to every address with a letter like ü (seen in 20.20.2).
 */
export function parseUrl(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

/** The host as it was typed, without a login and a port; "" where there is none. */
function typedHost(text: string): string {
  const [authority = ""] = text.slice(text.indexOf("://") + 3).split(/[/\\?#]/, 1);
  return authority.slice(authority.lastIndexOf("@") + 1).replace(/:\d*$/, "");
}

/**
 * Whether what was typed is an IP address of IPv4 other than four plain numbers. A parser would make another machine of
 * it (WHATWG URL, 3.5): `192.168.1.010` is 192.168.1.8, `10.0.042` is 10.0.0.34, `192.168.110` is 192.168.0.110.
 */
export function isOddIp(text: string): boolean {
  const host = typedHost(text);
  const meant = parseUrl(text)?.hostname ?? "";
  return /^[\d.]+$/.test(meant) ? host !== meant : /^[\d.]+$/.test(host) && meant === "";
}
