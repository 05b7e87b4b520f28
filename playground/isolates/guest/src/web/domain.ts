/**
 * What whatwg-url asks of tr46: https://www.unicode.org/reports/tr46/
 *
 * Almost every host is plain ASCII, and is done here. The tables of tr46 are 9,000 arrays, which every
 * isolate would hold and its collector would walk; so they are made when a host needs them.
 */
interface Whole {
  toASCII(domain: string, options: object): string | null;
}

declare const require: (name: string) => Whole;

const PLAIN = /^[\0-\x7f]*$/;
const PUNYCODE = /(?:^|\.)xn--/i;
const test = RegExp.prototype.test.call.bind(RegExp.prototype.test) as (of: RegExp, text: string) => boolean;
const toLowerCase = String.prototype.toLowerCase.call.bind(String.prototype.toLowerCase) as (
  text: string,
) => string;

export function toASCII(domain: string, options: { readonly verifyDNSLength?: boolean }): string | null {
  const isPlain = !options.verifyDNSLength && test(PLAIN, domain) && !test(PUNYCODE, domain);
  return isPlain ? toLowerCase(domain) : require("tr46-whole").toASCII(domain, options);
}
