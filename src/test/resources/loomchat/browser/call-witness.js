// Runs before the scripts of a page and notes what its calls do, whatever the page shows of it.
(() => {
    const witness = {
        peers: [],
        closedAt: 0,
        stoppedAt: 0,
        firstFrameAt: 0,
        tracks: [],
        // Types of what the server has said, and all signals that crossed it
        heard: [],
        sent: [],
        stats: null,
    };
    window.witness = witness;

    const now = () => performance.timeOrigin + performance.now();

    window.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(...options) {
            super(...options);
            witness.peers.push(this);
            witness.firstFrameAt = 0;
            this.addEventListener("track", ({ track }) => {
                if (track.kind !== "video") return;
                const video = document.createElement("video");
                video.muted = true;
                video.srcObject = new MediaStream([track]);
                video.requestVideoFrameCallback(() => {
                    witness.firstFrameAt ||= now();
                    video.srcObject = null;
                });
                video.play().catch(() => {});
            });
        }

        close() {
            if (this.signalingState !== "closed") witness.closedAt = now();
            super.close();
        }
    };

    const stop = MediaStreamTrack.prototype.stop;
    MediaStreamTrack.prototype.stop = function () {
        if (this.readyState === "live") witness.stoppedAt = now();
        stop.call(this);
    };

    if (navigator.mediaDevices) {
        const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wanted) => {
            const stream = await getUserMedia(wanted);
            witness.tracks.push(...stream.getTracks());
            return stream;
        };
    }
    const clone = MediaStreamTrack.prototype.clone;
    MediaStreamTrack.prototype.clone = function () {
        const copy = clone.call(this);
        witness.tracks.push(copy);
        return copy;
    };

    window.WebSocket = class extends WebSocket {
        constructor(...options) {
            super(...options);
            this.addEventListener("message", ({ data }) => witness.heard.push(JSON.parse(data).type));
        }

        send(data) {
            const message = JSON.parse(data);
            if (message.type === "signal") witness.sent.push(message.data);
            if (message.type === "call-stats") witness.stats = message;
            super.send(data);
        }
    };

    const figures = async (types) => {
        const peer = witness.peers.at(-1);
        return peer ? [...(await peer.getStats()).values()].filter(({ type }) => types.includes(type)) : [];
    };

    // What has come so far: frames, sound, and the two ends of the way that is used
    witness.media = async () => {
        const found = await figures(["inbound-rtp", "transport", "candidate-pair", "local-candidate", "remote-candidate"]);
        const byId = new Map(found.map((each) => [each.id, each]));
        const inbound = (kind) => found.filter((each) => each.type === "inbound-rtp" && each.kind === kind);
        const sum = (all, field) => all.reduce((total, each) => total + (each[field] ?? 0), 0);
        const transport = found.find(({ type }) => type === "transport");
        const pair = byId.get(transport?.selectedCandidatePairId);
        return {
            frames: sum(inbound("video"), "framesDecoded"),
            audioBytes: sum(inbound("audio"), "bytesReceived"),
            audioEnergy: sum(inbound("audio"), "totalAudioEnergy"),
            local: byId.get(pair?.localCandidateId)?.candidateType ?? "",
            localProtocol: byId.get(pair?.localCandidateId)?.relayProtocol ?? "",
            remote: byId.get(pair?.remoteCandidateId)?.candidateType ?? "",
            bytesSent: transport?.bytesSent ?? 0,
            bytesReceived: transport?.bytesReceived ?? 0,
            state: witness.peers.at(-1)?.connectionState ?? "",
            signaling: witness.peers.at(-1)?.signalingState ?? "",
        };
    };

    // How bright the picture is on the average, and how much its parts differ: 0 and 0 for a black one
    witness.picture = (video) => {
        const canvas = document.createElement("canvas");
        canvas.width = 64;
        canvas.height = 48;
        const context = canvas.getContext("2d");
        context.drawImage(video, 0, 0, canvas.width, canvas.height);
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        const grey = [];
        for (let i = 0; i < data.length; i += 4) grey.push((data[i] + data[i + 1] + data[i + 2]) / 3);
        const mean = grey.reduce((a, b) => a + b, 0) / grey.length;
        return { mean, spread: Math.max(...grey) - Math.min(...grey) };
    };

    witness.live = () => witness.tracks.filter(({ readyState }) => readyState === "live").length;
})();
