package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A script that runs inside the server, in one atomic step. */
final class LuaScript {

    static final LuaScript APPLY = new LuaScript("apply.lua");
    static final LuaScript READ_AGAIN = new LuaScript("read_again.lua");
    static final LuaScript SENTINEL_PUT = new LuaScript("sentinel_put.lua");
    static final LuaScript PROBE = new LuaScript("probe.lua");
    static final LuaScript HINTS_PEEK = new LuaScript("hints_peek.lua");
    static final LuaScript HINTS_CLAIM = new LuaScript("hints_claim.lua");
    static final LuaScript HINTS_CLEAR = new LuaScript("hints_clear.lua");
    static final LuaScript HINTS_NOTE = new LuaScript("hints_note.lua");
    static final LuaScript HINTS_SETTLE = new LuaScript("hints_settle.lua");
    static final LuaScript HINTS_SUMMARY = new LuaScript("hints_summary.lua");
    static final LuaScript LOCKS = new LuaScript("locks.lua");

    private final byte[] source;
    private final byte[] digest;

    private LuaScript(String resource) {
        try (InputStream stream = LuaScript.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("the script " + resource + " is not in the jar");
            }
            source = stream.readAllBytes();
            digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(source))
                    .getBytes(US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-1", e);
        }
    }

    /** Its text. */
    byte[] source() {
        return source;
    }

    /** The name by which the server knows it once it has run. */
    byte[] digest() {
        return digest;
    }
}
