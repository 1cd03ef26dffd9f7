package io.resilientstorage.redis;

import io.resilientstorage.backend.BackendException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error that a Redis server answered, and the one place where such errors are sorted. The code is the first word of
 * the message, or, if a script failed in Redis 5 and 6, the first word of what made it fail.
 *
 * @param message what the server said
 */
record ServerError(String message) implements Reply {

    private static final int MESSAGE_LIMIT = 300;
    private static final Pattern IN_SCRIPT = Pattern.compile("@user_script: ?\\d+: -?([A-Z]+) ");
    private static final Pattern CODE = Pattern.compile("-?([A-Z]+)(?: |$)");
    // Older servers echo the arguments of a command that they do not know, and those name keys.
    private static final Pattern ECHO = Pattern.compile(",? with args beginning with.*", Pattern.DOTALL);

    /** It serves nothing now, or not to us. */
    private static final Set<String> UNAVAILABLE = Set.of(
            "LOADING",
            "MASTERDOWN",
            "CLUSTERDOWN",
            "TRYAGAIN",
            "MOVED",
            "ASK",
            "BUSY",
            "NOAUTH",
            "WRONGPASS",
            "NOPERM",
            "NOSCRIPT");

    private static final Set<String> REDIRECTIONS = Set.of("MOVED", "ASK", "TRYAGAIN");

    /** It serves, but does not take writes now. */
    private static final Set<String> REFUSED = Set.of("OOM", "READONLY", "MISCONF", "NOREPLICAS");

    /** The word that names the error, as in {@code OOM}; {@code ERR} for most of them. */
    String code() {
        Matcher inScript = IN_SCRIPT.matcher(message);
        String code = "";
        while (inScript.find()) {
            code = inScript.group(1);
        }
        if (!code.isEmpty()) {
            return code;
        }
        Matcher first = CODE.matcher(message);
        return first.lookingAt() ? first.group(1) : "";
    }

    /** The key holds another type than was asked for. */
    boolean isWrongType() {
        return code().equals("WRONGTYPE");
    }

    /** The server does not know the script: it was started anew, or its scripts were flushed. */
    boolean isUnknownScript() {
        return code().equals("NOSCRIPT");
    }

    /** A node of a Cluster that has not executed the call, for the slot is, or will be, another's. */
    boolean isRedirection() {
        return REDIRECTIONS.contains(code());
    }

    /** Some of the keys of the call are at this node, and others where their slot is being moved to. */
    boolean isTornApart() {
        return code().equals("TRYAGAIN");
    }

    /** It takes no writes, for it is a replica. */
    boolean isReadOnly() {
        return code().equals("READONLY");
    }

    /** Whether this server cannot do this kind of work now, but may do other. */
    boolean isRefusal() {
        return REFUSED.contains(code());
    }

    /**
     * The failure, sorted. A server that answers an error to a write has not done it, save where the error is none that
     * is known: then the outcome counts as unknown.
     */
    BackendException sorted() {
        if (isRefusal()) {
            return BackendException.refused(shortMessage());
        }
        if (UNAVAILABLE.contains(code()) || isLogin() || isPermission() || isFull()) {
            return BackendException.unreachable(shortMessage());
        }
        return BackendException.noAnswer("the server failed: " + shortMessage());
    }

    private boolean isFull() {
        return message.startsWith("ERR max number of clients");
    }

    private boolean isLogin() {
        return message.startsWith("ERR invalid password")
                || message.startsWith("ERR AUTH ")
                || message.startsWith("ERR Client sent AUTH")
                || message.startsWith("DENIED ");
    }

    private boolean isPermission() {
        return message.contains("The user executing the script can't") || message.contains("ACL failure in script");
    }

    /** Redis 5 and 6 say first in which script and where it failed, which tells an operator nothing. */
    private String withoutScript() {
        Matcher inScript = IN_SCRIPT.matcher(message);
        int from = 0;
        while (inScript.find()) {
            from = inScript.start(1);
        }
        return message.substring(from);
    }

    private String shortMessage() {
        String plain = ECHO.matcher(withoutScript()).replaceFirst("").strip();
        return plain.length() <= MESSAGE_LIMIT ? plain : plain.substring(0, MESSAGE_LIMIT) + "...";
    }
}
