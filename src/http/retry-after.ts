/** All forms of a date in HTTP begin with the day of the week; the oldest of them leaves out that it means GMT. */
function readDate(text: string): number {
  if (!/^(?:mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return Number.NaN;
  return Date.parse(/:\d\d \d{4}$/.test(text) ? `${text} GMT` : text);
}

/**
 * Seconds that a `Retry-After` header asks to wait (RFC 9110, 10.2.3: seconds or a date); undefined when there is
 * none or it makes no sense.
 */
export function readRetryAfter(header: string | undefined, now = Date.now()): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
  const date = readDate(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
