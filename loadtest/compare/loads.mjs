// The loads, and what the client is told for each.

/**
 * kind: as in client/load.h. fresh: measured in a process that did nothing before. unit: of what is counted.
 * rate: messages a second, which a server that keeps up relays.
 */
export const loads = [
  { name: "saturated", title: "saturated", detail: "100 clients, 100 bytes", kind: "relay", unit: "message",
    clients: 100, bytes: 100, window: 1, warmup: 1 },
  { name: "bulk", title: "bulk", detail: "200 clients, 2,000 bytes, 4 in flight", kind: "relay", unit: "message",
    clients: 200, bytes: 2000, window: 4, warmup: 1 },
  { name: "rate10k", title: "10,000 messages/s", detail: "1,000 clients, 500 bytes", kind: "relay", unit: "message",
    clients: 1000, bytes: 500, rate: 10000, warmup: 2 },
  { name: "rate40k", title: "40,000 messages/s", detail: "1,000 clients, 500 bytes", kind: "relay", unit: "message",
    clients: 1000, bytes: 500, rate: 40000, warmup: 2 },
  { name: "idle", title: "idle", detail: "5,000 connections", kind: "idle", unit: "connection",
    clients: 5000, warmup: 1, fresh: true },
  { name: "connect", title: "handshakes", detail: "64 clients come and go", kind: "connect", unit: "handshake",
    clients: 64, warmup: 3 },
];

/** Before anything is measured in a process: twice as long as a load takes, for compilers and buffers. */
export function warmUp(seconds) {
  return { kind: "relay", clients: 100, bytes: 100, window: 4, warmup: 0, seconds: 2 * seconds };
}

export function clientArguments(load, seconds) {
  const { kind, clients, bytes, window, rate, warmup } = load;
  const known = { kind, clients, bytes, window, rate, warmup, seconds: load.seconds ?? seconds };
  return Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
}
