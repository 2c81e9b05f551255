import { BlockList, isIP } from 'node:net';

/** IANA special-purpose registry for IPv4: all addresses that are not public hosts. */
const NOT_GLOBAL_V4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/**
 * In IPv6 only 2000::/3 is public. That excludes loopback, unique local, link local, multicast, mapped IPv4 and NAT64.
 * The ranges listed here lie inside it and carry IPv4 addresses (Teredo in 2001::/23, 6to4) or documentation.
 */
const NOT_GLOBAL_V6: [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const notGlobal = new BlockList();
for (const [net, bits] of NOT_GLOBAL_V4) notGlobal.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of NOT_GLOBAL_V6) notGlobal.addSubnet(net, bits, 'ipv6');
const unicast = new BlockList();
unicast.addSubnet('2000::', 3, 'ipv6');

/** True for an IP literal that is a public unicast address. False for any other text, such as a name or an address with a zone. */
export function isGlobalAddress(address: string): boolean {
  if (address.includes('%')) return false;
  const family = isIP(address);
  if (family === 4) return !notGlobal.check(address, 'ipv4');
  return family === 6 && unicast.check(address, 'ipv6') && !notGlobal.check(address, 'ipv6');
}
