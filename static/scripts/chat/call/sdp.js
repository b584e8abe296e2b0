// What of a description and of a candidate may leave this page. Candidates go one by one, never inside a description.
// In a relayed call none but those of a TURN server go at all, and those without the address that the TURN server sees.

const RELAYED = / typ relay( |$)/;

/** The description without candidates and without the addresses that a browser writes beside them. */
export function withoutAddresses(sdp) {
  return sdp
    .split("\r\n")
    .filter((line) => !/^a=(candidate:|end-of-candidates)/.test(line))
    .map((line) =>
      line
        .replace(/^c=IN IP[46] .*/, "c=IN IP4 0.0.0.0")
        .replace(/^a=rtcp:.*/, "a=rtcp:9 IN IP4 0.0.0.0")
        .replace(/^m=(\S+) [1-9]\d* /, "m=$1 9 "),
    )
    .join("\r\n");
}

/** The candidate as the partner may learn it, or null if it may not. */
export function shownCandidate({ candidate, sdpMid, sdpMLineIndex, usernameFragment }, relayOnly) {
  if (!relayOnly) return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
  if (!RELAYED.test(candidate)) return null;
  // Firefox names the visitor's own address here.
  const shown = candidate.replace(/ raddr \S+ rport \d+/, " raddr 0.0.0.0 rport 0");
  return { candidate: shown, sdpMid, sdpMLineIndex, usernameFragment };
}
