package io.github.inparallel.protocol;

import java.util.List;
import java.util.Map;

/**
 * What a new worker must know. It goes through the worker's standard input, never through arguments or environment,
 * which other users can read.
 *
 * @param socket path of the parent's socket
 * @param pool name of the pool
 * @param worker the worker's number in its pool
 * @param controlSecret secret of the control connection
 * @param logSecret secret of the connection for log events; empty if there is to be none
 * @param slotSecrets secrets of the data connections, one for each slot
 * @param heartbeatTimeoutMillis without a ping for twice this time the parent counts as gone
 * @param killGraceMillis time that exit gives to shutdown hooks
 * @param spinNanos how long a slot that waits for its next task spins before it blocks
 * @param maxPayload most bytes of one argument list or result
 * @param format name of the encoding of values
 * @param mapper whether tasks are known whose values need a mapper
 * @param called ids of the methods that tasks have called before, for a worker that can prepare them
 * @param bootstrap class that makes the objects whose methods are called
 * @param settings settings of the bootstrap
 * @param properties system properties, set when the worker's main class begins
 */
public record LaunchDescription(
        String socket,
        String pool,
        int worker,
        String controlSecret,
        String logSecret,
        List<String> slotSecrets,
        long heartbeatTimeoutMillis,
        long killGraceMillis,
        long spinNanos,
        int maxPayload,
        String format,
        boolean mapper,
        List<String> called,
        String bootstrap,
        Map<String, String> settings,
        Map<String, String> properties) {

    public byte[] toBytes() {
        return Wire.write(out -> {
            out.writeInt(Hello.VERSION);
            Wire.writeString(out, socket);
            Wire.writeString(out, pool);
            out.writeInt(worker);
            Wire.writeString(out, controlSecret);
            Wire.writeString(out, logSecret);
            Wire.writeStrings(out, slotSecrets);
            out.writeLong(heartbeatTimeoutMillis);
            out.writeLong(killGraceMillis);
            out.writeLong(spinNanos);
            out.writeInt(maxPayload);
            Wire.writeString(out, format);
            out.writeBoolean(mapper);
            Wire.writeStrings(out, called);
            Wire.writeString(out, bootstrap);
            Wire.writeMap(out, settings);
            Wire.writeMap(out, properties);
        });
    }

    public static LaunchDescription of(byte[] bytes) throws ProtocolException {
        return Wire.read(bytes, in -> {
            int version = in.readInt();
            if (version != Hello.VERSION) {
                throw new ProtocolException("launch description of version " + version + ", expected " + Hello.VERSION
                        + ": parent and worker run different releases");
            }
            String socket = Wire.readString(in);
            String pool = Wire.readString(in);
            int worker = in.readInt();
            String controlSecret = Wire.readString(in);
            String logSecret = Wire.readString(in);
            return new LaunchDescription(
                    socket,
                    pool,
                    worker,
                    controlSecret,
                    logSecret,
                    Wire.readStrings(in),
                    in.readLong(),
                    in.readLong(),
                    in.readLong(),
                    in.readInt(),
                    Wire.readString(in),
                    in.readBoolean(),
                    Wire.readStrings(in),
                    Wire.readString(in),
                    Wire.readMap(in),
                    Wire.readMap(in));
        });
    }
}
