package loomchat.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import loomchat.log.files.Disk;

/** A disk with room for so many bytes more, that fails with a message of choice, in writes or in syncs. */
final class FaultyDisk implements Disk {
    final AtomicLong room = new AtomicLong(Long.MAX_VALUE);
    final AtomicInteger refusedWrites = new AtomicInteger();
    volatile String writeFault = "No space left on device";
    volatile String syncFault;
    /** Sees each batch just before it is written. */
    volatile Consumer<ByteBuffer> onWrite = batch -> {};

    @Override
    public FileChannel openForAppend(Path file) throws IOException {
        return new Channel(Disk.REAL.openForAppend(file));
    }

    private final class Channel extends FileChannel {
        private final FileChannel real;

        Channel(FileChannel real) {
            this.real = real;
        }

        /** Like a full disk: takes what fits, and fails when nothing does. */
        @Override
        public int write(ByteBuffer source) throws IOException {
            onWrite.accept(source);
            int bytes = (int) Math.min(source.remaining(), room.get());
            if (bytes == 0) {
                refusedWrites.incrementAndGet();
                throw new IOException(writeFault);
            }
            room.addAndGet(-bytes);
            ByteBuffer part = source.slice(source.position(), bytes);
            while (part.hasRemaining()) {
                real.write(part);
            }
            source.position(source.position() + bytes);
            return bytes;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            String fault = syncFault;
            if (fault != null) {
                throw new IOException(fault);
            }
            real.force(metaData);
        }

        @Override
        public long size() throws IOException {
            return real.size();
        }

        @Override
        protected void implCloseChannel() throws IOException {
            real.close();
        }

        @Override
        public int read(ByteBuffer target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(long newPosition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer target, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer source, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}
