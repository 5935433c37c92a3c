import dns from "node:dns";
import { afterEach } from "mocha";

const { lookup } = dns;

/**
 * A function that lets a name have these addresses, for this process and until the test of this suite is over: nothing
 * else in a test's reach has a name with several.
 */
export function ownNames(): (name: string, addresses: readonly string[]) => void {
  afterEach(() => {
    dns.lookup = lookup;
  });
  return (name, addresses) => {
    const known = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    dns.lookup = ((host: string, options: dns.LookupAllOptions, found: (...args: unknown[]) => void) => {
      if (host !== name) lookup(host, options, found);
      else process.nextTick(found, null, known);
    }) as typeof lookup;
  };
}
