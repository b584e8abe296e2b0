package loomchat.loadtest.target;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import loomchat.loadtest.scenario.UsageError;

/**
 * The server under test, probed before any work: its address, whether it listens there, which certificates are
 * trusted.
 */
public record Target(URI url, InetSocketAddress address, SSLContext tls) {
    private static final int PROBE_MILLIS = 5000;

    /** No server listens there, or it lets in nobody. The message is one line; exit code 3. */
    public static final class Unreachable extends Exception {
        public Unreachable(String message) {
            super(message);
        }
    }

    /**
     * @param insecure whether to accept any certificate
     * @param ca the authorities to trust instead of the JDK's, or null
     */
    public static Target find(URI url, boolean insecure, Path ca) throws Unreachable {
        SSLContext tls = secure(url) ? tls(insecure, ca) : null;
        String host = url.getHost().replaceAll("^\\[|\\]$", "");
        InetSocketAddress address;
        try {
            address = new InetSocketAddress(InetAddress.getByName(host), port(url));
        } catch (UnknownHostException e) {
            throw new Unreachable("No server at " + url + ": " + FailureText.of(e));
        }
        try (Socket socket = new Socket()) {
            socket.connect(address, PROBE_MILLIS);
            if (tls != null) {
                shakeHands(socket, host, address.getPort(), tls);
            }
        } catch (IOException e) {
            throw new Unreachable("No server at " + url + ": " + FailureText.of(e));
        }
        return new Target(url, address, tls);
    }

    private static void shakeHands(Socket plain, String host, int port, SSLContext tls) throws IOException {
        plain.setSoTimeout(PROBE_MILLIS);
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, host, port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
        }
    }

    public boolean secure() {
        return secure(url);
    }

    private static boolean secure(URI url) {
        return "wss".equalsIgnoreCase(url.getScheme());
    }

    private static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : secure(url) ? 443 : 80;
    }

    /** The base of its HTTP pages. */
    public String http() {
        return (secure() ? "https://" : "http://") + url.getRawAuthority();
    }

    private static SSLContext tls(boolean insecure, Path ca) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust(insecure, ca), null);
            return context;
        } catch (IOException e) {
            throw UsageError.notAllowed("CA", ca, "a readable PEM file (" + e.getMessage() + ")");
        } catch (GeneralSecurityException e) {
            throw UsageError.notAllowed("CA", ca, "a PEM file with certificates (" + e.getMessage() + ")");
        }
    }

    private static TrustManager[] trust(boolean insecure, Path ca) throws IOException, GeneralSecurityException {
        if (insecure) {
            return new TrustManager[] {new TrustsAnybody()};
        }
        return ca == null ? null : trust(ca);
    }

    private static TrustManager[] trust(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        Collection<? extends Certificate> certificates;
        try (InputStream in = Files.newInputStream(file)) {
            certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
        int number = 0;
        for (Certificate each : certificates) {
            store.setCertificateEntry("ca-" + number++, each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** For {@code --insecure} only: checks nothing, not even the host's name. */
    private static final class TrustsAnybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
