package loomchat.report.render;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import loomchat.report.history.Report;

/**
 * A report that several readers share, in the forms that they ask for. Each form is made once.
 * One thread at a time; making a form takes tens of milliseconds of CPU and no I/O.
 */
public final class RenderedReport {
    /** The forms that a reader may ask for. */
    public enum Form {
        /** With the operators' navigation. */
        PAGE(ReportPage::write),
        /** For everybody, where the report is public. */
        PUBLIC_PAGE(ReportPage::writePublic),
        JSON(ReportJson::write),
        CSV(ReportCsv::write);

        private final Writer writer;

        Form(Writer writer) {
            this.writer = writer;
        }
    }

    private interface Writer {
        void write(Report report, OutputStream out) throws IOException;
    }

    private final Report report;
    private final Map<Form, byte[]> plain = new EnumMap<>(Form.class);
    private final Map<Form, byte[]> zipped = new EnumMap<>(Form.class);

    public RenderedReport(Report report) {
        this.report = report;
    }

    /** What is rendered, for those who make a form of their own of it. */
    public Report report() {
        return report;
    }

    /** The report in that form, compressed with gzip or not. */
    public byte[] as(Form form, boolean zip) {
        return (zip ? zipped : plain).computeIfAbsent(form, wanted -> made(wanted, zip));
    }

    private byte[] made(Form form, boolean zip) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * 1024);
        try (OutputStream out = zip ? new Gzip(bytes) : bytes) {
            form.writer.write(report, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Compresses fast rather than well: readers of a busy server wait for it. */
    private static final class Gzip extends GZIPOutputStream {
        Gzip(OutputStream to) throws IOException {
            super(to, 8192);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
