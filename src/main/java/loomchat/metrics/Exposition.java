package loomchat.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** A text format of metrics. Any thread; keeps nothing. */
public enum Exposition {
    OPEN_METRICS(OpenMetricsTextFormatWriter.create()),
    PROMETHEUS(PrometheusTextFormatWriter.create());

    private static final int FIRST_BYTES = 32 * 1024;

    private final ExpositionFormatWriter writer;

    Exposition(ExpositionFormatWriter writer) {
        this.writer = writer;
    }

    /** What a client with this {@code Accept} header gets; OpenMetrics only when it is asked for. */
    public static Exposition of(String accept) {
        return accept.toLowerCase(Locale.ROOT).contains("application/openmetrics-text") ? OPEN_METRICS : PROMETHEUS;
    }

    public String contentType() {
        return writer.getContentType();
    }

    public byte[] write(MetricSnapshots all, boolean zip) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(FIRST_BYTES);
        try {
            if (zip) {
                try (GZIPOutputStream zipped = new GZIPOutputStream(bytes)) {
                    writer.write(zipped, all);
                }
            } else {
                writer.write(bytes, all);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
