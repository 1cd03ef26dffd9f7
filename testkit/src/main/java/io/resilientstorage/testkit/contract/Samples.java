package io.resilientstorage.testkit.contract;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Legal keys and values that naive backends stumble over. */
final class Samples {

    private static final int MEBIBYTE = 1 << 20;

    private Samples() {}

    /** Legal keys, all different. */
    static List<String> keys() {
        return List.of(
                "plain",
                " ",
                " leading and trailing ",
                "tab\tline\r\nend",
                "\0",
                "nul\0inside",
                "nul at the end\0",
                "\u0001\u001f\u007f",
                "a:b:c",
                ":",
                "{braces}",
                "{}",
                "}{",
                "{user}.{42}",
                "slash/../back\\slash",
                "..",
                "%2F%00",
                "100%_*?[a-z]",
                "'; DROP TABLE records; --",
                "\"quoted\" `ticks` $dollar $1 ?",
                "\ud83d\ude00 emoji \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
                "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
                "\u202eoverride\u202c",
                "\u0301",
                "\u0300\u0316",
                "\ufeffbyte order mark",
                "\uffff\ufffe",
                "\ud800\udc00",
                "\udbff\udfff",
                "\u0130\u0131\u017f",
                "a".repeat(512),
                "\u00e9".repeat(256),
                "\u20ac".repeat(170) + "ab",
                "\ud83d\ude00".repeat(128),
                "\0".repeat(512));
    }

    /** Groups of keys that must not be taken for each other. */
    static List<List<String>> lookalikes() {
        return List.of(
                List.of("key", "KEY", "Key", "k\u0435y"),
                List.of("\u00e9", "e\u0301", "\u00c9", "E\u0301", "e"),
                List.of("\u212b", "\u00c5", "A\u030a"),
                List.of("\ufb01", "fi", "f\u200di"),
                List.of("\u00df", "ss", "SS", "\u1e9e"),
                List.of("i", "I", "\u0130", "\u0131"),
                List.of("a", "a ", " a", "a\0", "\0a", "a\u00a0"),
                List.of("1", "01", "1.0", "\u0661"),
                List.of("{a}b", "a}b", "{a}{b}", "ab"),
                List.of("a:b", "a", "b", "a::b"),
                List.of("x".repeat(511) + "a", "x".repeat(511) + "b", "x".repeat(511), "x".repeat(510) + "ab"));
    }

    /** Legal values by name. */
    static Map<String, byte[]> values() {
        Map<String, byte[]> values = new LinkedHashMap<>();
        values.put("empty", new byte[0]);
        values.put("one zero byte", new byte[1]);
        values.put("every byte", everyByte(256));
        values.put("1 MiB", everyByte(MEBIBYTE));
        values.put("not UTF-8", new byte[] {(byte) 0xc3, 0x28, (byte) 0xff, (byte) 0xfe, (byte) 0xed, (byte) 0xa0});
        values.put(
                "text",
                "Gr\u00fc\u00dfe \ud83d\ude00 \u05e9\u05dc\u05d5\u05dd \0 {} : % \\ '"
                        .getBytes(StandardCharsets.UTF_8));
        values.put("digits", "007".getBytes(StandardCharsets.UTF_8));
        values.put("digits like a version", "0".repeat(39).getBytes(StandardCharsets.UTF_8));
        values.put("JSON", "{\"a\":null}".getBytes(StandardCharsets.UTF_8));
        return values;
    }

    private static byte[] everyByte(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i ^ (i >> 8));
        }
        return bytes;
    }
}
