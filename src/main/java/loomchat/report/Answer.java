package loomchat.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A report that several readers share, in the forms they ask for. Each form is made once, by the first who asks for it, and
 * kept as long as somebody holds the answer. Any thread; making a form takes tens of milliseconds of CPU and no I/O.
 */
public final class Answer {
    private interface Form {
        void write(Report report, OutputStream out) throws IOException;
    }

    private final Report report;
    private final ReentrantLock lock = new ReentrantLock();
    private byte[] json;
    private byte[] csv;
    private byte[] page;

    Answer(Report report) {
        this.report = report;
    }

    Report report() {
        return report;
    }

    public byte[] json() {
        lock.lock();
        try {
            json = json == null ? made(ReportJson::write) : json;
            return json;
        } finally {
            lock.unlock();
        }
    }

    public byte[] csv() {
        lock.lock();
        try {
            csv = csv == null ? made(ReportCsv::write) : csv;
            return csv;
        } finally {
            lock.unlock();
        }
    }

    public byte[] page() {
        lock.lock();
        try {
            page = page == null ? made(ReportPage::write) : page;
            return page;
        } finally {
            lock.unlock();
        }
    }

    private byte[] made(Form form) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * 1024);
        try {
            form.write(report, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
