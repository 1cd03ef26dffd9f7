package io.resilientstorage.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Where and when something was measured.
 *
 * @param date the day, in UTC
 * @param processor what the processor calls itself
 * @param cores how many of its cores this process may use
 * @param system the operating system and, on Linux, whether its scheduler shares the cores between sessions
 * @param jdk the Java runtime
 */
public record Machine(String date, String processor, int cores, String system, String jdk) {

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final Path AUTOGROUP = Path.of("/proc/sys/kernel/sched_autogroup_enabled");

    /** This one, today. */
    public static Machine here() {
        return new Machine(
                LocalDate.now(ZoneOffset.UTC).toString(),
                processorName(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch") + autogroup(),
                System.getProperty("java.vm.name") + " " + Runtime.version());
    }

    /** In one line. */
    public String text() {
        return date + ", " + processor + ", " + cores + " cores, " + system + ", " + jdk;
    }

    /** Of weight here, since each process of PostgreSQL is a session of its own. */
    private static String autogroup() {
        try {
            boolean known = Files.isReadable(AUTOGROUP);
            return !known
                    ? ""
                    : " (autogroup " + (Files.readString(AUTOGROUP).strip().equals("0") ? "off)" : "on)");
        } catch (IOException e) {
            return "";
        }
    }

    private static String processorName() {
        try {
            List<String> lines = Files.exists(PROCESSORS) ? Files.readAllLines(PROCESSORS) : List.of();
            return lines.stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown processor");
        } catch (IOException e) {
            return "unknown processor";
        }
    }
}
