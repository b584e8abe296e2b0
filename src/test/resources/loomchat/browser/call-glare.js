// Two ends of a call in one page, made by the page's own module, with a channel between them that keeps the order and
// takes its time. `glare.rounds(n)` lets both begin to negotiate at the same moment n times; it returns what got stuck.
window.glare = (() => {
    const PATIENCE_MILLIS = 8_000;
    const QUIET_MILLIS = 60;
    const MOST_DELAY_MILLIS = 25;

    const sleep = (millis) => new Promise((done) => setTimeout(done, millis));
    let random = Math.random;
    let ends = [];
    let onTheWay = 0;
    let offers = 0;
    let round = 0;

    // mulberry32
    const seeded = (seed) => () => {
        seed = (seed + 0x6d2b79f5) | 0;
        let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };

    async function start(seed, polite) {
        random = seeded(seed);
        offers = round = 0;
        const { createPeer } = await import("/scripts/chat/call/peer.js");
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
        ends.forEach((each) => each.close());
        const ways = [Promise.resolve(), Promise.resolve()];
        ends = polite.map((isPolite, i) =>
            createPeer({
                polite: isPolite,
                relayOnly: false,
                servers: [],
                stream: stream.clone(),
                on: {
                    signal(text) {
                        if (text.includes('"offer"')) offers++;
                        onTheWay++;
                        ways[i] = ways[i]
                            .then(() => sleep(random() * MOST_DELAY_MILLIS))
                            .then(() => {
                                onTheWay--;
                                ends[1 - i].receive(text);
                            });
                    },
                    track() {},
                    connected() {},
                    interrupted() {},
                    needsServers() {},
                    partner() {},
                    tooLarge() {},
                },
            }),
        );
        // Neither waits for the other one's first offer.
        ends.forEach((each) => each.restart());
        return (await settled([])) ?? "";
    }

    const ufrag = (description) => /a=ice-ufrag:(\S+)/.exec(description?.sdp)?.[1];
    const states = () =>
        ends.map(({ connection }) => ({
            signaling: connection.signalingState,
            connection: connection.connectionState,
            local: ufrag(connection.currentLocalDescription),
            remote: ufrag(connection.currentRemoteDescription),
        }));

    /** Both ends agree, nothing is on the way, and it stays so; of those that `began` the way is a new one. */
    async function settled(began) {
        const deadline = performance.now() + PATIENCE_MILLIS;
        for (let since = performance.now(); performance.now() < deadline; await sleep(5)) {
            const now = states();
            const agreed =
                onTheWay === 0 &&
                now.every((each) => each.signaling === "stable" && each.connection === "connected") &&
                now[0].local === now[1].remote &&
                now[1].local === now[0].remote &&
                began.every(({ end, local }) => now[end].local !== local);
            if (!agreed) since = performance.now();
            else if (performance.now() - since > QUIET_MILLIS) return null;
        }
        return JSON.stringify({ round, began, states: states() });
    }

    const begin = [
        (end) => end.restart(),
        // As when a camera is turned off and on: an m-line changes its direction.
        (end) => {
            const video = end.connection.getTransceivers().find((each) => each.receiver.track.kind === "video");
            video.direction = video.direction === "sendrecv" ? "recvonly" : "sendrecv";
        },
    ];

    async function rounds(n) {
        for (let i = 0; i < n; i++) {
            round++;
            const before = states();
            const kinds = [0, 1].map(() => (random() < 0.75 ? 0 : 1));
            await Promise.all(
                ends.map(async (end, which) => {
                    if (random() < 0.5) await sleep(random() * MOST_DELAY_MILLIS);
                    begin[kinds[which]](end);
                }),
            );
            const began = [0, 1].filter((end) => kinds[end] === 0).map((end) => ({ end, local: before[end].local }));
            const stuck = await settled(began);
            if (stuck) return stuck;
        }
        return "";
    }

    return { start, rounds, offers: () => offers };
})();
