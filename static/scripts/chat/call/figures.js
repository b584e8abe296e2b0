// What a call's connection tells of itself: how good it is, and the figures for the server's record.

/** `before` is what the last look returned, or null. */
export async function look(connection, before) {
  const all = [...(await connection.getStats()).values()];
  const byId = new Map(all.map((each) => [each.id, each]));
  const transport = all.find((each) => each.type === "transport");
  const pair = byId.get(transport?.selectedCandidatePairId) ?? all.find((each) => each.type === "candidate-pair" && each.nominated);
  const inbound = all.filter((each) => each.type === "inbound-rtp");
  const sum = (field) => inbound.reduce((total, each) => total + (each[field] ?? 0), 0);
  const ends = [pair?.localCandidateId, pair?.remoteCandidateId].map((id) => byId.get(id)?.candidateType);
  const now = {
    relayed: ends.includes("relay"),
    bytesSent: transport?.bytesSent ?? pair?.bytesSent ?? 0,
    bytesReceived: transport?.bytesReceived ?? pair?.bytesReceived ?? 0,
    audioBytes: inbound.filter((each) => each.kind === "audio").reduce((total, each) => total + (each.bytesReceived ?? 0), 0),
    received: sum("packetsReceived"),
    lost: sum("packetsLost"),
    frames: sum("framesDecoded"),
    roundTrip: pair?.currentRoundTripTime ?? 0,
  };
  return { ...now, quality: before ? quality(now, before) : "good" };
}

function quality(now, before) {
  const lost = Math.max(0, now.lost - before.lost);
  const share = lost / Math.max(1, lost + now.received - before.received);
  if (share > 0.08 || now.roundTrip > 0.6) return "poor";
  return share > 0.02 || now.roundTrip > 0.3 ? "weak" : "good";
}
