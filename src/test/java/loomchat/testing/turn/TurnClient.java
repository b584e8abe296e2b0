package loomchat.testing.turn;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** As much of a TURN client over UDP as shows what a server allows (RFC 8489, RFC 8656). One thread at a time. */
public final class TurnClient implements AutoCloseable {
    private static final int ALLOCATE = 0x0003;
    private static final int CREATE_PERMISSION = 0x0008;
    private static final int ERROR_BIT = 0x0110;

    private static final int USERNAME = 0x0006;
    private static final int MESSAGE_INTEGRITY = 0x0008;
    private static final int ERROR_CODE = 0x0009;
    private static final int XOR_PEER_ADDRESS = 0x0012;
    private static final int REALM = 0x0014;
    private static final int NONCE = 0x0015;
    private static final int REQUESTED_ADDRESS_FAMILY = 0x0017;
    private static final int REQUESTED_TRANSPORT = 0x0019;

    private static final int MAGIC_COOKIE = 0x2112_A442;
    private static final int HEADER_BYTES = 20;
    private static final int INTEGRITY_BYTES = 24;
    private static final byte UDP = 17;

    private final DatagramSocket socket;
    private final String user;
    private final String password;
    private byte[] realm = {};
    private byte[] nonce = {};

    public TurnClient(int port, String user, String password) throws IOException {
        this.user = user;
        this.password = password;
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(5_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Returns 0, or the error's code. */
    public int allocate(boolean ofIpv6) throws Exception {
        ByteBuffer attributes = ByteBuffer.allocate(64);
        attribute(attributes, REQUESTED_TRANSPORT, new byte[] {UDP, 0, 0, 0});
        attribute(attributes, REQUESTED_ADDRESS_FAMILY, new byte[] {(byte) (ofIpv6 ? 2 : 1), 0, 0, 0});
        int unauthorized = 401;
        int code = ask(ALLOCATE, attributes.duplicate(), false);
        return code == unauthorized ? ask(ALLOCATE, attributes, true) : code;
    }

    /** Asks whether this peer may be sent to; nothing is sent to it. Returns 0, or the error's code. */
    public int permit(InetAddress peer) throws Exception {
        byte[] transaction = transaction();
        ByteBuffer mask = ByteBuffer.allocate(16).putInt(MAGIC_COOKIE).put(transaction);
        byte[] address = peer.getAddress();
        for (int i = 0; i < address.length; i++) {
            address[i] ^= mask.get(i);
        }
        ByteBuffer value = ByteBuffer.allocate(4 + address.length)
                .put((byte) 0)
                .put((byte) (peer instanceof Inet6Address ? 2 : 1))
                .putShort((short) (9 ^ MAGIC_COOKIE >>> 16))
                .put(address);
        ByteBuffer attributes = ByteBuffer.allocate(64);
        attribute(attributes, XOR_PEER_ADDRESS, value.array());
        return ask(CREATE_PERMISSION, attributes, transaction, true);
    }

    private int ask(int method, ByteBuffer attributes, boolean authorized) throws Exception {
        return ask(method, attributes, transaction(), authorized);
    }

    private int ask(int method, ByteBuffer attributes, byte[] transaction, boolean authorized) throws Exception {
        ByteBuffer request = ByteBuffer.allocate(1024)
                .putShort((short) method)
                .putShort((short) 0)
                .putInt(MAGIC_COOKIE)
                .put(transaction)
                .put(attributes.flip());
        if (authorized) {
            attribute(request, USERNAME, user.getBytes(StandardCharsets.UTF_8));
            attribute(request, REALM, realm);
            attribute(request, NONCE, nonce);
            request.putShort(2, (short) (request.position() - HEADER_BYTES + INTEGRITY_BYTES));
            attribute(request, MESSAGE_INTEGRITY, integrity(Arrays.copyOf(request.array(), request.position())));
        } else {
            request.putShort(2, (short) (request.position() - HEADER_BYTES));
        }
        socket.send(new DatagramPacket(request.array(), request.position()));
        return read(method);
    }

    private byte[] integrity(byte[] message) throws GeneralSecurityException {
        byte[] key = MessageDigest.getInstance("MD5")
                .digest((user + ":" + new String(realm, StandardCharsets.UTF_8) + ":" + password)
                        .getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(key, "HmacSHA1"));
        return mac.doFinal(message);
    }

    private int read(int method) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        socket.receive(packet);
        ByteBuffer response = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
        int code = 0;
        boolean refused = response.getShort() == (method | ERROR_BIT);
        response.position(HEADER_BYTES);
        while (response.remaining() >= 4) {
            int type = response.getShort();
            byte[] value = new byte[response.getShort()];
            response.get(value);
            response.position(Math.min(response.limit(), response.position() + padding(value.length)));
            switch (type) {
                case ERROR_CODE -> code = value[2] * 100 + value[3];
                case REALM -> realm = value;
                case NONCE -> nonce = value;
                default -> {}
            }
        }
        return refused ? code : 0;
    }

    private static void attribute(ByteBuffer to, int type, byte[] value) {
        to.putShort((short) type).putShort((short) value.length).put(value).put(new byte[padding(value.length)]);
    }

    private static int padding(int length) {
        return -length & 3;
    }

    private static byte[] transaction() {
        byte[] transaction = new byte[12];
        ThreadLocalRandom.current().nextBytes(transaction);
        return transaction;
    }

    @Override
    public void close() {
        socket.close();
    }
}
