// What a call's connection tells of itself: how good it is, and the figures for the server's record.

const FEW_FRAMES_A_SECOND = 5;

/** `before` is what the last look returned, or null; `picture` whether the other side sends one. */
export async function look(connection, before, picture) {
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
    at: performance.now(),
  };
  return { ...now, quality: before ? quality(now, before, picture) : "good" };
}

function quality(now, before, picture) {
  // Pages in the background get none.
  const frames = picture && !document.hidden ? now.frames - before.frames : Infinity;
  const lost = Math.max(0, now.lost - before.lost);
  const share = lost / Math.max(1, lost + now.received - before.received);
  if (share > 0.08 || now.roundTrip > 0.6 || frames <= 0) return "poor";
  const few = (FEW_FRAMES_A_SECOND * (now.at - before.at)) / 1000;
  return share > 0.02 || now.roundTrip > 0.3 || frames < few ? "weak" : "good";
}
